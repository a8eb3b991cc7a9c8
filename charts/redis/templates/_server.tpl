{{/*
What the StatefulSets of every role have in common. All take a dict: "root" $, "component" as in the labels, "values" of the role
(.Values.master or .Values.replica).
*/}}

{{- define "redis.podMetadata" -}}
{{- $root := .root -}}
labels:
  {{- include "redis.labels" (dict "root" $root "component" .component "extra" .values.podLabels) | nindent 2 }}
annotations:
  checksum/configmap: {{ include (print $root.Template.BasePath "/configuration.yaml") $root | sha256sum }}
  checksum/health: {{ include (print $root.Template.BasePath "/health.yaml") $root | sha256sum }}
  checksum/scripts: {{ include (print $root.Template.BasePath "/scripts.yaml") $root | sha256sum }}
  {{- with $root.Values.auth }}
  {{- if and .enabled .password (not .existingSecret) }}
  {{- /* A given password must roll the pods. Slow hash: more people may read a pod than a Secret. */}}
  checksum/secret: {{ derivePassword 1 "long" .password $root.Release.Namespace (include "redis.fullname" $root) | sha256sum }}
  {{- end }}
  {{- end }}
  {{- with .values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* What stands before the containers; "account" names the ServiceAccount, "grace" the seconds to stop. */}}
{{- define "redis.podSpec" -}}
{{- include "redis.pullSecrets" .root }}
serviceAccountName: {{ .account }}
automountServiceAccountToken: {{ .values.serviceAccount.automountServiceAccountToken }}
enableServiceLinks: false # a Service named redis would set REDIS_PORT
terminationGracePeriodSeconds: {{ int .grace }}
{{- include "redis.securityContext" .values.podSecurityContext | nindent 0 }}
{{- range $key := list "nodeSelector" "tolerations" }}
{{- with get $.values $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- with include "redis.affinity" . }}
affinity:
  {{- . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The role's own affinity, or else its presets, which concern pods of the same role; alone, a pod has none to avoid. */}}
{{- define "redis.affinity" -}}
{{- if .values.affinity -}}
{{- toYaml .values.affinity -}}
{{- else if eq .root.Values.architecture "replication" -}}
{{- range $kind, $preset := dict "podAffinity" .values.podAffinityPreset "podAntiAffinity" .values.podAntiAffinityPreset }}
{{- if $preset }}
{{ $kind }}:
  {{- if eq $preset "soft" }}
  preferredDuringSchedulingIgnoredDuringExecution:
    - weight: 1
      podAffinityTerm:
        {{- include "redis.affinityTerm" $ | nindent 8 }}
  {{- else }}
  requiredDuringSchedulingIgnoredDuringExecution:
    - {{- include "redis.affinityTerm" $ | nindent 6 }}
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{- define "redis.affinityTerm" -}}
topologyKey: kubernetes.io/hostname
labelSelector:
  matchLabels:
    {{- include "redis.selector" . | nindent 4 }}
{{- end -}}

{{/* The redis container up to its mounts; "script" starts it, "env" and "mounts" are more YAML, "preStop" and "ready" are scripts. */}}
{{- define "redis.server" -}}
name: redis
image: {{ include "redis.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{- include "redis.securityContext" .values.containerSecurityContext | nindent 0 }}
command:
  {{- .values.command | default (list "sh" (printf "/opt/redis/scripts/%s" .script)) | toYaml | nindent 2 }}
{{- with .values.args }}
args:
  {{- toYaml . | nindent 2 }}
{{- end }}
env:
  {{- include "redis.scriptEnv" (dict "root" .root "port" .values.containerPorts.redis) | nindent 2 }}
  - name: REDIS_MOUNTED_CONF
    value: /opt/redis/mounted-etc
  - name: REDIS_RUN_DIR
    value: /opt/redis/etc
  - name: REDIS_DATA_DIR
    value: /data
  {{- with .env }}
  {{- . | nindent 2 }}
  {{- end }}
  {{- with .values.extraEnvVars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - name: redis
    containerPort: {{ .values.containerPorts.redis }}
{{- with .preStop }}
{{- include "redis.preStop" . | nindent 0 }}
{{- end }}
{{- $alive := list "LOADING" "MASTERDOWN" "BUSY" "MISCONF" }}
{{- include "redis.probe" (dict "name" "startupProbe" "probe" .values.startupProbe "custom" .values.customStartupProbe "accept" $alive) | nindent 0 }}
{{- include "redis.probe" (dict "name" "livenessProbe" "probe" .values.livenessProbe "custom" .values.customLivenessProbe "accept" $alive) | nindent 0 }}
{{- include "redis.probe" (dict "name" "readinessProbe" "probe" .values.readinessProbe "custom" .values.customReadinessProbe "script" .ready) | nindent 0 }}
{{- with .values.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: redis-data
    mountPath: /data
  - name: redis-conf
    mountPath: /opt/redis/etc
  {{- include "redis.readOnlyMounts" .root | nindent 2 }}
  {{- with .mounts }}
  {{- . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "redis.readOnlyMounts" -}}
- name: configuration
  mountPath: /opt/redis/mounted-etc
  readOnly: true
- name: health
  mountPath: /opt/redis/health
  readOnly: true
- name: scripts
  mountPath: /opt/redis/scripts
  readOnly: true
{{- include "redis.secretMounts" . }}
{{- end -}}

{{- define "redis.volumes" -}}
- name: redis-conf # holds the password: memory, never a disk
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
{{- range list "configuration" "health" "scripts" }}
- name: {{ . }}
  configMap:
    name: {{ include "redis.fullname" $.root }}-{{ . }}
    {{- if and (eq . "scripts") (include "redis.sentinel" $.root) }}
    defaultMode: 0555 # Sentinel runs one by itself
    {{- end }}
{{- end }}
{{- include "redis.secretVolumes" .root }}
{{- if not .values.persistence.enabled }}
- name: redis-data
  emptyDir: {}
{{- end }}
{{- end -}}

{{/* One claim template. Takes also "name" and "persistence". */}}
{{- define "redis.claim" -}}
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {{ .name }}
  labels: # immutable, so only what never changes
    {{- include "redis.selector" . | nindent 4 }}
  {{- with .persistence.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  accessModes:
    {{- toYaml .persistence.accessModes | nindent 4 }}
  {{- with .persistence.storageClass }}
  storageClassName: {{ ternary "" . (eq . "-") | quote }}
  {{- end }}
  resources:
    requests:
      storage: {{ .persistence.size | quote }}
{{- end -}}
