{{/* What the pods of every role have in common. */}}

{{- define "redis.pullSecrets" -}}
{{- with .Values.image.pullSecrets -}}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* A securityContext value without its switch, or nothing when switched off. */}}
{{- define "redis.securityContext" -}}
{{- if .enabled -}}
securityContext:
  {{- omit . "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- end -}}

{{/* What the scripts in files/ read: paths and a port, no secret. Takes (dict "root" $ "port" 6379). */}}
{{- define "redis.scriptEnv" -}}
- name: REDIS_PORT
  value: {{ int .port | quote }}
{{- if .root.Values.auth.enabled }}
- name: REDIS_PASSWORD_FILE
  value: /opt/redis/secrets/redis-password
{{- end }}
{{- with include "redis.tlsEnv" .root }}
{{ . }}
{{- end }}
{{- end -}}

{{- define "redis.secretMounts" -}}
{{- if .Values.auth.enabled }}
- name: redis-password
  mountPath: /opt/redis/secrets
  readOnly: true
{{- end }}
{{- if .Values.tls.enabled }}
- name: redis-certs
  mountPath: /opt/redis/certs
  readOnly: true
{{- end }}
{{- end -}}

{{- define "redis.secretVolumes" -}}
{{- if .Values.auth.enabled }}
- name: redis-password
  secret:
    secretName: {{ include "redis.secretName" . | quote }}
    defaultMode: 0440 # read through fsGroup
    items:
      - key: {{ include "redis.secretKey" . | quote }}
        path: redis-password
{{- end }}
{{- if .Values.tls.enabled }}
- name: redis-certs
  secret:
    secretName: {{ include "redis.tlsSecretName" . | quote }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{/*
One probe. Takes a dict: "name" as in the pod, "probe" and "custom" from the values, "accept" the error replies that also pass,
"script" another than ping.sh.
The kubelet waits a second longer than the script, so that what the script says reaches the pod's events.
*/}}
{{- define "redis.probe" -}}
{{- if .custom -}}
{{ .name }}:
  {{- toYaml .custom | nindent 2 }}
{{- else if .probe.enabled -}}
{{ .name }}:
  exec:
    command: [sh, /opt/redis/health/{{ .script | default "ping.sh" }}, {{ int .probe.timeoutSeconds | quote }}{{ range .accept }}, {{ . }}{{ end }}]
  timeoutSeconds: {{ add1 .probe.timeoutSeconds }}
  {{- omit .probe "enabled" "timeoutSeconds" | toYaml | nindent 2 }}
{{- end }}
{{- end -}}
