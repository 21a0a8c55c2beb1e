-- Creates the roles and sets their passwords, which are files that only Postgres can read. The image of Postgres runs
-- this with psql when it creates the database; run it again after a password was replaced (docs/deployment.md).
\set ON_ERROR_STOP on
\i /deploy/logins.sql
\set migrator `cat /run/secrets/migrator-password`
\set gateway `cat /run/secrets/gateway-password`
\set indexer `cat /run/secrets/indexer-password`
SELECT least(length(:'migrator'), length(:'gateway'), length(:'indexer')) >= 32 AS are_complete \gset
\if :are_complete
\else
  \warn 'a password is missing below /run/secrets'
  SELECT 'a password is missing'::int;
\endif
ALTER ROLE waymark_migrator_login PASSWORD :'migrator';
ALTER ROLE waymark_gateway_login PASSWORD :'gateway';
ALTER ROLE waymark_indexer_login PASSWORD :'indexer';
-- Without a password the superuser cannot log in over the network, only inside the container.
ALTER ROLE CURRENT_USER PASSWORD NULL;
