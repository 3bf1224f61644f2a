#!/usr/bin/env bash
# Imports docs/bi/superset into a fresh Superset and proves what it shows; with `serve` as its
# argument it then serves it to this machine. Called by make, in the project's directory.
set -euo pipefail

bin=.dist_perf/superset/venv/bin
home=$PWD/.dist_perf/superset/home
port=${SUPERSET_PORT:-8088}

random() { "$bin/python" -c 'import secrets; print(secrets.token_urlsafe(42))'; }
where() { .venv/bin/dist-perf server status --json | "$bin/python" -c \
    "import json, sys; print(json.load(sys.stdin)['$1'])"; }

PGHOST=$(where host) PGPORT=$(where port) PGDATABASE=$(where database)
export PGHOST PGPORT PGDATABASE PGUSER=reporter
# That of the owner; the reporter's is in the password file.
unset PGPASSWORD

export SUPERSET_HOME=$home FLASK_APP='superset.app:create_app()'
SUPERSET_SECRET_KEY=${SUPERSET_SECRET_KEY:-$(random)}
SUPERSET_ADMIN_PASSWORD=${SUPERSET_ADMIN_PASSWORD:-$(random)}
export SUPERSET_SECRET_KEY SUPERSET_ADMIN_PASSWORD

rm -rf "$home"
mkdir -p "$home"
step() { "$@" > "$home/log" 2>&1 || { cat "$home/log" >&2; exit 1; }; }
step "$bin/superset" db upgrade
step "$bin/superset" init
step "$bin/superset" fab create-admin --username admin --firstname Super --lastname Set \
    --email admin@localhost --password "$SUPERSET_ADMIN_PASSWORD"
(cd docs/bi && "$OLDPWD/$bin/python" -m zipfile -c "$home/dashboard.zip" superset)
step "$bin/superset" import-dashboards --path "$home/dashboard.zip" --username admin
step "$bin/superset" set-database-uri --database_name dist_perf_dw --skip_create \
    --uri "postgresql+psycopg2://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE"
"$bin/python" tests/superset/prove.py 2> "$home/log" || { cat "$home/log" >&2; exit 1; }

if [ "${1:-}" = serve ]; then
    echo
    echo "http://127.0.0.1:$port/dashboard/list/"
    echo "user admin, password $SUPERSET_ADMIN_PASSWORD; Ctrl-C ends it"
    exec "$bin/superset" run --host 127.0.0.1 --port "$port" --with-threads 2> "$home/log"
fi
