-- The two schemas and the roles that sessions take with SET ROLE. The roles own nothing and bypass nothing: what they
-- may do is granted table by table. `index` is a function of the chain; `app` is the gateway's own.

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['waymark_app', 'waymark_indexer', 'waymark_service'] LOOP
    -- Roles belong to the server, not to this database, so another database may have made them already.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', name);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
    BEGIN
      EXECUTE format('GRANT %I TO CURRENT_USER', name);
    EXCEPTION
      -- Whoever may not grant it has been granted it by an administrator, or cannot start a session.
      WHEN insufficient_privilege THEN NULL;
    END;
  END LOOP;
END
$$;

CREATE SCHEMA IF NOT EXISTS index;
CREATE SCHEMA IF NOT EXISTS app;

GRANT USAGE ON SCHEMA index, app TO waymark_app, waymark_indexer, waymark_service;
