-- Which tenants the events of a block concern, for the gateway itself: it wakes the streams of these tenants. No
-- statement of a tenant uses this index, which is why it does not begin with the tenant.
CREATE INDEX event_run_block ON index.event_run (shard, height) INCLUDE (tenant_id);

CREATE POLICY service ON index.event_run FOR SELECT TO waymark_service USING (true);
GRANT SELECT (tenant_id, shard, height) ON index.event_run TO waymark_service;
