FROM python:3.11-slim-bookworm
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SANS_AMORCE=1
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 portail
WORKDIR /portail
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --require-hashes -r requirements/base.txt
COPY manage.py ./
COPY contrat_ville contrat_ville
COPY quartiers quartiers
COPY partenaires partenaires
COPY appels appels
COPY templates templates
COPY static static
RUN MODE=demo STATIQUES_NOMMES=1 DONNEES=/tmp/construction STATIC_ROOT=/portail/statiques \
    python manage.py collectstatic --no-input --verbosity 0 \
 && rm -rf /tmp/construction && mkdir -p /donnees && chown portail /donnees
USER portail
EXPOSE 8000
CMD ["gunicorn", "contrat_ville.wsgi", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--timeout", "60", "--preload"]
