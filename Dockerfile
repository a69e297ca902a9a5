FROM python:3.13-slim AS builder
WORKDIR /srv/readout
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
# The dependencies first: this layer stays as it is until a version changes.
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
# Compiled here, because a running container writes nothing beside its data.
RUN pip install --no-cache-dir --no-deps -e . && python -m compileall -q app migrations


FROM python:3.13-slim
RUN groupadd --gid 10001 readout \
    && useradd --uid 10001 --gid readout --home-dir /data --no-create-home readout \
    && install --directory --owner=readout --group=readout /data
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /srv/readout /srv/readout
WORKDIR /srv/readout
# SQLite's temporary files go to the volume, too, as the rest of the file system may be read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    READOUT_DATABASE_URL=sqlite:////data/readout.db \
    READOUT_HOST=0.0.0.0 \
    READOUT_PORT=8000 \
    SQLITE_TMPDIR=/data
USER 10001:10001
VOLUME /data
EXPOSE 8000
# Not urllib: it would ask the proxy that HTTP_PROXY names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import http.client, os, sys; service = http.client.HTTPConnection('127.0.0.1', int(os.environ['READOUT_PORT']), timeout=3); service.request('GET', '/readyz'); sys.exit(service.getresponse().status != 200)"]
ENTRYPOINT ["readout"]
CMD ["serve"]
