"""Workloads, Services and settings; `$name` stands where an application's own words go."""

from __future__ import annotations

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: $namespace
  labels:
    kubernetes.io/metadata.name: $namespace
    pod-security.kubernetes.io/enforce: restricted
    team: $namespace
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: $app
  namespace: $namespace
  labels:
    app.kubernetes.io/name: $app
spec:
  type: ClusterIP
  selector:
    app.kubernetes.io/name: $app
  ports:
    - name: http
      port: 80
      protocol: TCP
      targetPort: http
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: $app
  namespace: $namespace
  labels:
    app.kubernetes.io/name: $app
    app.kubernetes.io/version: "$version"
spec:
  replicas: $replicas
  revisionHistoryLimit: 3
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 25%
      maxUnavailable: 0
  selector:
    matchLabels:
      app.kubernetes.io/name: $app
  template:
    metadata:
      labels:
        app.kubernetes.io/name: $app
        app.kubernetes.io/instance: $namespace
        app.kubernetes.io/managed-by: Helm
        network.example.com/exposure: $exposure
        network.example.com/internet: $internet
      annotations:
        prometheus.io/scrape: "true"
        prometheus.io/port: "9090"
        checksum/config: $checksum
    spec:
      serviceAccountName: $app
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        fsGroup: 10001
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              app.kubernetes.io/name: $app
      containers:
        - name: $app
          image: registry.example.com/$namespace/$app:$version
          args:
            - --listen=:$port
            - --upstream=http://$callee.$callee_namespace.svc.cluster.local:$callee_port
            - --log-format=json
          ports:
            - name: http
              containerPort: $port
              protocol: TCP
            - name: metrics
              containerPort: 9090
          env:
            - name: POD_IP
              valueFrom:
                fieldRef:
                  fieldPath: status.podIP
            - name: DATABASE_PASSWORD
              valueFrom:
                secretKeyRef:
                  name: $app-database
                  key: password
            - name: $variable0
              value: $value0
            - name: $variable1
              value: $value1
            - name: $variable2
              value: $value2
            - name: $variable3
              value: $value3
            - name: $variable4
              value: $value4
          envFrom:
            - configMapRef:
                name: $app-settings
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 512Mi
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 5
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop:
                - ALL
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            - name: settings
              mountPath: /etc/$app
              readOnly: true
      volumes:
        - name: tmp
          emptyDir: {}
        - name: settings
          configMap:
            name: $app-settings
"""

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: $app, namespace: $namespace, labels: {app: $app}}
spec:
  containers:
    - {name: $app, image: "example.com/$app:1", ports: [{name: http, containerPort: $port}]}
"""
