# Two stages: the first installs from the lock file, the second holds nothing but Python and what was installed.
FROM python:3.11-slim AS build
RUN python -m pip install --no-cache-dir --no-compile uv==0.13.9
ENV UV_COMPILE_BYTECODE=1
WORKDIR /src
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN UV_PROJECT_ENVIRONMENT=/venv uv sync --locked --no-dev --extra postgres --extra workers --no-install-project
COPY models models
COPY nlp nlp
COPY listener listener
COPY api api
RUN UV_PROJECT_ENVIRONMENT=/venv uv sync --locked --no-dev --extra postgres --extra workers --no-editable

FROM python:3.11-slim
RUN useradd --create-home --uid 10001 listener
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1
USER listener
WORKDIR /home/listener
# A volume that is laid here takes over whose it is.
RUN mkdir -p .local/share/moment-listener
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
ENTRYPOINT ["listener"]
CMD ["serve", "--host", "0.0.0.0"]
