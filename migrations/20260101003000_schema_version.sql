-- A process that may not migrate reads which migrations have run, and refuses to work on another schema.
GRANT SELECT ON public._sqlx_migrations TO waymark_app, waymark_indexer;
