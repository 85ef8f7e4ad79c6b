#!/bin/sh
# Make the owner, a role for each process and the three databases, at the first start of PostgreSQL.
# Their rights are the owner's to give: flask chorus databases grants --apply
set -eu
secrets=${CHORUS_SECRETS:-/run/secrets}

for role in owner web cast worker; do
    psql -v ON_ERROR_STOP=1 -q -U "${POSTGRES_USER:-postgres}" -d postgres \
        -v role="chorus_$role" -v password="$(cat "$secrets/${role}_password")" <<'SQL'
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
done
for base in identity ballots keys; do
    psql -v ON_ERROR_STOP=1 -q -U "${POSTGRES_USER:-postgres}" -d postgres -v base="chorus_$base" <<'SQL'
CREATE DATABASE :"base" OWNER chorus_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"base" FROM PUBLIC;
SQL
    psql -v ON_ERROR_STOP=1 -q -U "${POSTGRES_USER:-postgres}" -d "chorus_$base" \
        -c 'ALTER SCHEMA public OWNER TO chorus_owner' -c 'REVOKE ALL ON SCHEMA public FROM PUBLIC'
done
