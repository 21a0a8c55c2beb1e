-- The roles of a Waymark database. A superuser runs this file in that database, before the first migration and as often
-- as wanted: it creates what is missing and takes away what is too much. Passwords are set elsewhere.
--
-- A process logs in as its own role, which has no rights of its own. Each session then takes a role that has rights,
-- with SET ROLE: the gateway `waymark_app` or `waymark_service`, the indexer `waymark_indexer`. The migrator owns both
-- schemas, and is used by `waymark migrate` and `waymark indexer rebuild` only.

DO $$
DECLARE
  name text;
  statement text;
BEGIN
  FOREACH name IN ARRAY ARRAY['waymark_app', 'waymark_service', 'waymark_indexer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', name);
    END IF;
  END LOOP;
  FOREACH name IN ARRAY ARRAY['waymark_migrator_login', 'waymark_gateway_login', 'waymark_indexer_login'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      EXECUTE format('CREATE ROLE %I', name);
    END IF;
    EXECUTE format('ALTER ROLE %I LOGIN NOINHERIT NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION', name);
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
  END LOOP;

  EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO waymark_migrator_login', current_database());
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  -- The table of migrations is there.
  GRANT USAGE, CREATE ON SCHEMA public TO waymark_migrator_login;

  GRANT waymark_app, waymark_service TO waymark_gateway_login;
  GRANT waymark_indexer TO waymark_indexer_login;
  -- A rebuild writes the index.
  GRANT waymark_indexer TO waymark_migrator_login;

  -- Objects of a database that another role migrated before.
  FOR statement IN
    SELECT format('ALTER SCHEMA %I OWNER TO waymark_migrator_login', nspname) FROM pg_namespace
      WHERE nspname IN ('app', 'index', 'index_rebuild') AND nspowner <> 'waymark_migrator_login'::regrole
    UNION ALL
    SELECT format('ALTER TABLE %s OWNER TO waymark_migrator_login', c.oid::regclass)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v') AND c.relowner <> 'waymark_migrator_login'::regrole
        AND (n.nspname IN ('app', 'index', 'index_rebuild') OR n.nspname = 'public' AND c.relname = '_sqlx_migrations')
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO waymark_migrator_login', p.oid::regprocedure)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
      WHERE n.nspname IN ('app', 'index') AND p.proowner <> 'waymark_migrator_login'::regrole
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
