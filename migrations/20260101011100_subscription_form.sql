-- The form in which a subscription has its events, as the headers name it. Those made before have JSON.

ALTER TABLE app.subscription
  ADD COLUMN media text NOT NULL DEFAULT 'application/json' CHECK (octet_length(media) <= 32),
  ADD COLUMN epcis_version text NOT NULL DEFAULT '2.0.0' CHECK (octet_length(epcis_version) <= 16),
  ADD COLUMN cbv_version text NOT NULL DEFAULT '2.0.0' CHECK (octet_length(cbv_version) <= 16),
  ADD COLUMN cbv_format text NOT NULL DEFAULT 'No_Preference' CHECK (octet_length(cbv_format) <= 32);
