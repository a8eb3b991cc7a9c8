{{/* What the pods know of each other, and the Sentinel beside a server. */}}

{{- define "redis.podEnv" -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_DOMAIN
  value: {{ include "redis.podDomain" . }}
{{- /* Servers and Sentinels stand still while they look a name up. A pod that is gone has none, and then the resolver would
go on through the search domains of the node, outside the cluster. */}}
- name: LOCALDOMAIN
  value: {{ .Values.clusterDomain }}
- name: RES_OPTIONS
  value: "timeout:1 attempts:2"
{{- end -}}

{{- define "redis.replicaEnv" -}}
{{- include "redis.podEnv" . }}
- name: REDIS_MASTER_HOST
  value: {{ include "redis.fullname" . }}-master-0.{{ include "redis.podDomain" . }}
- name: REDIS_MASTER_PORT
  value: {{ int .Values.master.containerPorts.redis | quote }}
{{- end -}}

{{- define "redis.sentinelEnv" -}}
- name: SENTINEL_PORT
  value: {{ int .port | quote }}
- name: SENTINEL_AUTH
  value: {{ ternary "yes" "no" (and .root.Values.auth.enabled .root.Values.auth.sentinel) | quote }}
- name: MASTER_SET
  value: {{ .root.Values.sentinel.masterSet | quote }}
{{- end -}}

{{- define "redis.nodeEnv" -}}
{{- $sentinel := .Values.sentinel -}}
{{- include "redis.podEnv" . }}
{{ include "redis.sentinelEnv" (dict "root" . "port" $sentinel.containerPorts.sentinel) }}
- name: QUORUM
  value: {{ int $sentinel.quorum | quote }}
- name: DOWN_AFTER
  value: {{ int64 $sentinel.downAfterMilliseconds | quote }}
- name: GET_MASTER_TIMEOUT
  value: {{ int $sentinel.getMasterTimeout | quote }}
- name: HANDOVER_SECONDS # leaves the server time to stop
  value: {{ max 1 (sub (int $sentinel.terminationGracePeriodSeconds) 5) | quote }}
- name: MEMBERS_FILE
  value: /opt/redis/members/count
- name: SHARED_DIR
  value: /opt/redis/shared
{{- end -}}

{{- define "redis.nodeMounts" -}}
- name: members
  mountPath: /opt/redis/members
  readOnly: true
- name: shared
  mountPath: /opt/redis/shared
{{- end -}}

{{- define "redis.preStop" -}}
lifecycle:
  preStop:
    exec:
      command: [sh, /opt/redis/scripts/{{ . }}]
{{- end -}}

{{- define "redis.sentinelContainer" -}}
{{- $sentinel := .Values.sentinel -}}
name: sentinel
image: {{ include "redis.sentinelImage" . | quote }}
imagePullPolicy: {{ ternary $sentinel.image.pullPolicy .Values.image.pullPolicy (ne $sentinel.image.repository "") }}
{{- include "redis.securityContext" $sentinel.containerSecurityContext | nindent 0 }}
command: [sh, /opt/redis/scripts/start-sentinel.sh]
env:
  {{- include "redis.scriptEnv" (dict "root" . "port" .Values.replica.containerPorts.redis) | nindent 2 }}
  {{- include "redis.nodeEnv" . | nindent 2 }}
  - name: REDIS_MOUNTED_CONF
    value: /opt/redis/mounted-etc
  - name: REDIS_RUN_DIR
    value: /opt/redis/etc
  - name: SENTINEL_DATA_DIR
    value: /sentinel-data
  {{- with $sentinel.extraEnvVars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - name: sentinel
    containerPort: {{ $sentinel.containerPorts.sentinel }}
{{- if $sentinel.redisShutdownWaitFailover }}
{{- include "redis.preStop" "await-handover.sh" | nindent 0 }}
{{- end }}
{{- range $name := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- $custom := get $sentinel (printf "custom%s" (title $name)) }}
{{- include "redis.probe" (dict "name" $name "probe" (get $sentinel $name) "custom" $custom "script" "ping-sentinel.sh") | nindent 0 }}
{{- end }}
{{- with $sentinel.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumeMounts:
  - name: sentinel-conf
    mountPath: /opt/redis/etc
  - name: {{ ternary "sentinel-data" "redis-data" $sentinel.persistence.enabled }} # what it knows, without the password
    mountPath: /sentinel-data
  {{- include "redis.readOnlyMounts" . | nindent 2 }}
  {{- include "redis.nodeMounts" . | nindent 2 }}
{{- end -}}
