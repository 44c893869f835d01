# The images of studybot. docs/deploy.md says how they are built and run, and what a host must allow.
#
#   bot         token and database, no torch, no jail: snippets go to a worker by the broker
#   worker      torch for processors and the jail; no token, no database, no network
#   worker-gpu  the same with torch for NVIDIA GPUs
#   broker      Redis on a Unix socket between them
#
# Pin what you deploy: --build-arg PYTHON_IMAGE=python:3.11-slim-bookworm@sha256:...
ARG PYTHON_IMAGE=python:3.11-slim-bookworm


FROM ${PYTHON_IMAGE} AS base
ENV PATH=/opt/studybot/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp
# The same id in every image: they share the broker's socket. All that is ever written is a volume or /tmp.
RUN groupadd --gid 10001 studybot \
    && useradd --uid 10001 --gid studybot --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin studybot \
    && install -d -o studybot -g studybot -m 0700 /run/studybot /var/lib/studybot
LABEL org.opencontainers.image.title="studybot" \
      org.opencontainers.image.description="A spaced-repetition study bot whose flashcards are executed" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"


FROM base AS python-bot
WORKDIR /src
RUN python3 -m venv /opt/studybot
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY studybot studybot
COPY migrations migrations
COPY cards cards
RUN pip install --no-cache-dir -c constraints.txt .


# torch first: it is large, and changes seldom. TORCH_INDEX_URL names PyTorch's index of builds for processors; without
# it torch comes from the usual index, some gigabytes larger.
FROM base AS python-worker
ARG TORCH_INDEX_URL=
WORKDIR /src
COPY constraints.txt ./
RUN python3 -m venv /opt/studybot \
    && pip install --no-cache-dir ${TORCH_INDEX_URL:+--index-url "$TORCH_INDEX_URL"} -c constraints.txt torch
COPY pyproject.toml README.md LICENSE ./
COPY studybot studybot
COPY migrations migrations
COPY cards cards
RUN pip install --no-cache-dir -c constraints.txt '.[worker]'


FROM base AS python-worker-gpu
WORKDIR /src
COPY constraints.txt ./
RUN python3 -m venv /opt/studybot \
    && pip install --no-cache-dir -c constraints.txt torch
COPY pyproject.toml README.md LICENSE ./
COPY studybot studybot
COPY migrations migrations
COPY cards cards
RUN pip install --no-cache-dir -c constraints.txt '.[worker]'


FROM base AS broker
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*
USER 10001:10001
WORKDIR /run/studybot
# Nothing is written down: what is lost is sent again.
CMD ["redis-server", "--port", "0", "--unixsocket", "/run/studybot/redis.sock", "--unixsocketperm", "700", \
     "--dir", "/tmp", "--save", "", "--appendonly", "no", "--maxmemory", "128mb"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s \
    CMD ["redis-cli", "-s", "/run/studybot/redis.sock", "ping"]


# The libraries of the jail. Debian's newest: a security update must not wait for a pin.
FROM base AS jail
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap libseccomp2 \
    && rm -rf /var/lib/apt/lists/*


FROM jail AS worker
COPY --from=python-worker /opt/studybot /opt/studybot
ENV STUDYBOT_BROKER_URL=unix:///run/studybot/redis.sock
USER 10001:10001
WORKDIR /tmp
CMD ["studybot", "worker"]
HEALTHCHECK --interval=30s --timeout=20s --start-period=90s \
    CMD ["studybot", "worker", "--check"]


FROM jail AS worker-gpu
COPY --from=python-worker-gpu /opt/studybot /opt/studybot
ENV STUDYBOT_BROKER_URL=unix:///run/studybot/redis.sock
USER 10001:10001
WORKDIR /tmp
CMD ["studybot", "worker", "--device", "cuda"]
HEALTHCHECK --interval=30s --timeout=20s --start-period=180s \
    CMD ["studybot", "worker", "--check"]


# The last one is what `docker build .` gives. pg_dump is Debian's: compose.yaml has a PostgreSQL of the same version.
FROM base AS bot
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends fontconfig fonts-nanum fonts-noto-color-emoji postgresql-client \
    && rm -rf /var/lib/apt/lists/*
COPY --from=python-bot /opt/studybot /opt/studybot
COPY cards /srv/cards
ENV MPLCONFIGDIR=/tmp/matplotlib \
    STUDYBOT_BROKER_URL=unix:///run/studybot/redis.sock \
    STUDYBOT_CARDS=/srv/cards \
    STUDYBOT_DATABASE_URL=sqlite:////var/lib/studybot/studybot.db
USER 10001:10001
WORKDIR /var/lib/studybot
VOLUME /var/lib/studybot
CMD ["studybot", "run", "--port", "8080"]
HEALTHCHECK --interval=30s --timeout=20s --start-period=90s \
    CMD ["studybot", "run", "--check", "--port", "8080"]
