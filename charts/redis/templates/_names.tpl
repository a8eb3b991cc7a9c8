{{/* What objects are called, and the labels they carry. */}}

{{- define "redis.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "redis.fullname" -}}
{{- $name := include "redis.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "redis.secretName" -}}
{{- .Values.auth.existingSecret | default (include "redis.fullname" .) -}}
{{- end -}}

{{- define "redis.secretKey" -}}
{{- if .Values.auth.existingSecret -}}
{{- .Values.auth.existingSecretPasswordKey | default "redis-password" -}}
{{- else -}}
redis-password
{{- end -}}
{{- end -}}

{{- define "redis.masterServiceAccountName" -}}
{{- $account := .Values.master.serviceAccount -}}
{{- $account.name | default (ternary (printf "%s-master" (include "redis.fullname" .)) "default" $account.create) -}}
{{- end -}}

{{- define "redis.image" -}}
{{- $image := .Values.image -}}
{{- with $image.registry }}{{ . }}/{{ end -}}
{{- $image.repository -}}
{{- if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag }}{{ end -}}
{{- end -}}

{{- define "redis.replicaServiceAccountName" -}}
{{- $account := .Values.replica.serviceAccount -}}
{{- $account.name | default (ternary (printf "%s-replica" (include "redis.fullname" .)) "default" $account.create) -}}
{{- end -}}

{{/* sentinel.image falls back to image as a whole: a tag alone could name another product's. */}}
{{- define "redis.sentinelImage" -}}
{{- $image := ternary .Values.sentinel.image .Values.image (ne .Values.sentinel.image.repository "") -}}
{{- include "redis.image" (dict "Values" (dict "image" $image)) -}}
{{- end -}}

{{/* The domain of the pods' own names. */}}
{{- define "redis.podDomain" -}}
{{- include "redis.fullname" . }}-headless.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain -}}
{{- end -}}

{{/* Whether the pods are nodes with a Sentinel: "yes" or nothing. Every template that depends on it refuses what cannot be. */}}
{{- define "redis.sentinel" -}}
{{- if .Values.sentinel.enabled -}}
{{- if ne .Values.architecture "replication" }}{{ fail "sentinel.enabled needs architecture: replication" }}{{ end -}}
{{- if ne .Values.replica.podManagementPolicy "Parallel" }}{{ fail "sentinel.enabled needs replica.podManagementPolicy: Parallel, for no node becomes master before all have answered" }}{{ end -}}
{{- if lt (int .Values.replica.replicaCount) (int .Values.sentinel.quorum) }}{{ fail "sentinel.quorum is more than replica.replicaCount: the Sentinels could never agree" }}{{ end -}}
{{- range .Values.replica.disableCommands -}}
{{- if has (upper .) (list "CLIENT" "CONFIG" "EXEC" "INFO" "MULTI" "PING" "PUBLISH" "REPLICAOF" "ROLE" "SLAVEOF" "SUBSCRIBE") }}{{ fail (printf "replica.disableCommands: Sentinel needs %s" .) }}{{ end -}}
{{- end -}}
yes
{{- end -}}
{{- end -}}

{{/* Labels that never change over a release's life. Takes (dict "root" $ "component" "master"); no component selects all pods. */}}
{{- define "redis.selector" -}}
app.kubernetes.io/name: {{ include "redis.name" .root | quote }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . | quote }}
{{- end }}
{{- end -}}

{{/* All labels of an object; as above, and "extra" adds the pod's own. No user label can displace one of the selector. */}}
{{- define "redis.labels" -}}
{{- $own := include "redis.selector" . | fromYaml -}}
{{- $_ := set $own "app.kubernetes.io/managed-by" .root.Release.Service -}}
{{- $_ := set $own "app.kubernetes.io/version" .root.Chart.AppVersion -}}
{{- $_ := set $own "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_") -}}
{{- merge $own (.extra | default dict) .root.Values.commonLabels | toYaml -}}
{{- end -}}
