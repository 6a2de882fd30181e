{{- define "scaletrace.name" -}}
{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "scaletrace.selector" -}}
app.kubernetes.io/name: scaletrace
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "scaletrace.labels" -}}
{{ include "scaletrace.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end }}

{{- define "scaletrace.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "scaletrace.hosts" -}}
{{- $name := include "scaletrace.name" . -}}
{{- $own := list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace) -}}
{{- if .Values.ingress.enabled }}{{ $own = append $own .Values.ingress.host }}{{ end -}}
{{- join "," (concat $own .Values.allowedHosts) }},$(POD_IP)
{{- end }}

{{- define "scaletrace.database" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .secretName | quote }}, key: {{ .secretKey | quote }} } }
{{- end }}

{{- define "scaletrace.container" -}}
image: {{ include "scaletrace.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
volumeMounts:
  - name: state
    mountPath: /var/lib/scaletrace
  - name: tmp
    mountPath: /tmp
  {{- if .Values.secrets.existingClaim }}
  - name: secrets
    mountPath: /var/lib/scaletrace-secrets
  {{- end }}
  {{- if .Values.database.caKey }}
  - name: database
    mountPath: /run/database
    readOnly: true
  {{- end }}
{{- end }}

{{/* What a schema can refuse, but not say what to do about. */}}
{{- define "scaletrace.checks" -}}
{{- if and .Values.database.caKey (not .Values.database.secretName) -}}
{{- fail "database.caKey: the certificate is in the Secret that has the address. Set database.secretName to it." -}}
{{- end -}}
{{- if and (gt (int .Values.replicas) 1) (not .Values.database.secretName) -}}
{{- fail (printf "replicas: %d dashboards need one PostgreSQL, since SQLite serves one. Set database.secretName to a Secret with its address, or replicas to 1." (int .Values.replicas)) -}}
{{- end -}}
{{- $places := dict "DATABASE_URL" "database.secretName" "SCALETRACE_ALLOWED_HOSTS" "allowedHosts" "SCALETRACE_LOG" "log.form" "SCALETRACE_LOG_LEVEL" "log.level" "SCALETRACE_SECRETS_DIR" "secrets.existingClaim" "SCALETRACE_DIR" "persistence" "SCALETRACE_PORT" "service.port" -}}
{{- range $name, $_ := .Values.env -}}
{{- with get $places $name -}}
{{- fail (printf "env.%s: the chart sets it itself. Set %s." $name .) -}}
{{- end -}}
{{- end -}}
{{- end }}
