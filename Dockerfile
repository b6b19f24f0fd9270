# One image for all processes; compose.yml says which one runs which. See docs/deploy.md.
FROM python:3.11-slim-bookworm

# pg_dump for `manage.py backup` comes with the requirements: the wheel of PostgreSQL brings it.
RUN groupadd --system --gid 10001 postexp \
 && useradd --system --uid 10001 --gid postexp --home-dir /srv/postexp postexp

WORKDIR /srv/postexp
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .

# Words and static files belong to the image. Any keys will do for that, and none stays in it.
RUN POSTEXP_SECRET_KEY=only-to-build POSTEXP_ENCRYPTION_KEYS=only-to-build \
    python manage.py compile_catalogue \
 && POSTEXP_SECRET_KEY=only-to-build POSTEXP_ENCRYPTION_KEYS=only-to-build \
    python manage.py collectstatic --no-input \
 && mkdir -p /data/media /data/private /data/backups /data/schedule \
 && chown -R postexp:postexp /data

USER postexp
ENV PYTHONUNBUFFERED=1 \
    POSTEXP_MEDIA_ROOT=/data/media \
    POSTEXP_PRIVATE_ROOT=/data/private \
    POSTEXP_BACKUP_DIR=/data/backups \
    POSTEXP_METRICS_DIR=/tmp/metrics
VOLUME /data
EXPOSE 8000
CMD ["python", "-m", "granian", "postexp.wsgi:application", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--no-ws", "--workers", "2", "--blocking-threads", "4", "--respawn-failed-workers"]
