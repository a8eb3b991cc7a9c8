{{/* The exporter beside a server, and what Prometheus' operator is told of it. */}}

{{/* Takes the role's dict. It reads the password from its environment: it has no option for a file with nothing else in it. */}}
{{- define "redis.exporter" -}}
{{- $metrics := .root.Values.metrics -}}
{{- if $metrics.enabled -}}
name: metrics
image: {{ include "redis.image" (dict "Values" $metrics) | quote }}
imagePullPolicy: {{ $metrics.image.pullPolicy }}
{{- include "redis.securityContext" $metrics.containerSecurityContext | nindent 0 }}
{{- with $metrics.command }}
command:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $metrics.extraArgs }}
args:
  {{- range $key, $value := . }}
  - --{{ $key }}={{ $value }}
  {{- end }}
{{- end }}
env:
  - name: REDIS_ADDR
    value: {{ printf "%s://localhost:%d" (ternary "rediss" "redis" .root.Values.tls.enabled) (int .values.containerPorts.redis) | quote }}
  - name: REDIS_EXPORTER_WEB_LISTEN_ADDRESS
    value: {{ printf ":%d" (int $metrics.containerPorts.http) | quote }}
  {{- if .root.Values.auth.enabled }}
  - name: REDIS_PASSWORD
    valueFrom:
      secretKeyRef:
        name: {{ include "redis.secretName" .root | quote }}
        key: {{ include "redis.secretKey" .root | quote }}
  {{- end }}
  {{- if .root.Values.tls.enabled }}
  {{- range $name, $key := dict "CLIENT_CERT" (list "certFilename" "tls.crt") "CLIENT_KEY" (list "certKeyFilename" "tls.key") "CA_CERT" (list "certCAFilename" "ca.crt") }}
  - name: REDIS_EXPORTER_TLS_{{ $name }}_FILE
    value: /opt/redis/certs/{{ include "redis.tlsKey" (dict "root" $.root "value" (first $key) "default" (last $key)) }}
  {{- end }}
  {{- end }}
  {{- with $metrics.extraEnvVars }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
ports:
  - name: metrics
    containerPort: {{ $metrics.containerPorts.http }}
{{- range $kind := list "startupProbe" "livenessProbe" "readinessProbe" }}
{{- $probe := get $metrics $kind }}
{{- if $probe.enabled }}
{{ $kind }}: # of the exporter alone: a pod whose server cannot be measured still serves
  httpGet:
    path: /health
    port: metrics
  {{- omit $probe "enabled" | toYaml | nindent 2 }}
{{- end }}
{{- end }}
{{- with $metrics.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .root.Values.tls.enabled }}
volumeMounts:
  - name: redis-certs
    mountPath: /opt/redis/certs
    readOnly: true
{{- end }}
{{- end -}}
{{- end -}}

{{/* Refuses what the cluster does not know; Helm's own words for it do not say what to install. Takes a dict: "root" $, "kind", "value". */}}
{{- define "redis.operated" -}}
{{- if not .root.Values.metrics.enabled }}{{ fail (printf "%s needs metrics.enabled" .value) }}{{ end -}}
{{- if not (.root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" .kind)) -}}
{{- fail (printf "%s needs the kind %s, which this cluster does not have: install the CRDs of the Prometheus operator, or turn it off; helm template wants --api-versions monitoring.coreos.com/v1/%s" .value .kind .kind) -}}
{{- end -}}
{{- end -}}
