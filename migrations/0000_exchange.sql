CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text,
	`name` text NOT NULL,
	`secret_hash` text NOT NULL,
	`secret_hint` text NOT NULL,
	`scopes` text NOT NULL,
	`expires_at` integer,
	`last_used_at` integer,
	`revoked_at` integer,
	`created_by` text,
	`created_by_key_id` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_by_secret_hash` ON `api_keys` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_by_practice` ON `api_keys` (`practice_id`,`id`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`endpoint_id` text NOT NULL,
	`position` integer NOT NULL,
	`number` integer NOT NULL,
	`delivery_id` text GENERATED ALWAYS AS (('dlv_' || substr(endpoint_id, 5) || printf('%013x', position))) VIRTUAL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`error` text,
	`response_excerpt` text,
	PRIMARY KEY(`endpoint_id`, `position`, `number`),
	FOREIGN KEY (`endpoint_id`,`position`) REFERENCES `deliveries`(`endpoint_id`,`position`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `attempts_by_age` ON `attempts` (`started_at`);--> statement-breakpoint
CREATE TABLE `client_lookups` (
	`lookup` text NOT NULL,
	`referral_id` text NOT NULL,
	PRIMARY KEY(`lookup`, `referral_id`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `client_records` (
	`referral_id` text PRIMARY KEY NOT NULL,
	`master_key_id` text NOT NULL,
	`wrapped_data_key` text NOT NULL,
	`identity` text NOT NULL,
	`contact` text NOT NULL,
	`reason` text,
	`background` text,
	`notes` text,
	`documents` text,
	`lookups` text,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `consent_requests` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`categories` text NOT NULL,
	`sealed_purposes` text NOT NULL,
	`valid_days` integer NOT NULL,
	`disclose_on_send` integer NOT NULL,
	`part2` integer NOT NULL,
	`names_tried` integer DEFAULT 0 NOT NULL,
	`name_tries` text DEFAULT '[]' NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consent_requests_days" CHECK("consent_requests"."valid_days" between 1 and 365)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_by_token` ON `consent_requests` (`token_hash`);--> statement-breakpoint
CREATE INDEX `consent_requests_by_referral` ON `consent_requests` (`referral_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_open` ON `consent_requests` (`referral_id`) WHERE "consent_requests"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `consents` (
	`referral_id` text PRIMARY KEY NOT NULL,
	`id` text GENERATED ALWAYS AS (('con_' || substr(referral_id, 5))) VIRTUAL NOT NULL,
	`method` text NOT NULL,
	`categories` text NOT NULL,
	`directions` text NOT NULL,
	`sealed_purposes` text NOT NULL,
	`disclose_on_send` integer NOT NULL,
	`part2` integer NOT NULL,
	`notice_version` text,
	`language` text NOT NULL,
	`sealed_signature` text NOT NULL,
	`text_hash` text,
	`sealed_text` text,
	`expiry_noted_at` integer,
	`granted_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`recorded_by_key_id` text NOT NULL,
	`recorded_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consents_validity" CHECK("consents"."expires_at" > "consents"."granted_at" and "consents"."expires_at" <= "consents"."granted_at" + 365 * 86400000),
	CONSTRAINT "consents_method" CHECK("consents"."method" in ('hosted', 'written', 'electronic', 'verbal'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `consents_by_expiry` ON `consents` (`expires_at`) WHERE "consents"."expiry_noted_at" is null and "consents"."revoked_at" is null;--> statement-breakpoint
CREATE TABLE `contacts` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
	`kind` text NOT NULL,
	`occurred_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contacts_by_referral` ON `contacts` (`referral_id`,`id`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`professional_id` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`kind` text NOT NULL,
	`title` text NOT NULL,
	`issuer` text NOT NULL,
	`number` text NOT NULL,
	`jurisdiction` text,
	`expires_on` text NOT NULL,
	`status` text DEFAULT 'pending' NOT NULL,
	`level` text DEFAULT 'self_asserted' NOT NULL,
	`decided_at` integer,
	`decided_by_key_id` text,
	`source` text,
	`rejection_reason` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`professional_id`) REFERENCES `professionals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "credentials_kind" CHECK("credentials"."kind" in ('licence', 'certification', 'membership')),
	CONSTRAINT "credentials_status" CHECK("credentials"."status" in ('pending', 'verified', 'rejected')),
	CONSTRAINT "credentials_level" CHECK("credentials"."level" in ('self_asserted', 'registry_matched', 'source_verified')),
	CONSTRAINT "credentials_verified_above_self_asserted" CHECK("credentials"."status" <> 'verified' or "credentials"."level" <> 'self_asserted'),
	CONSTRAINT "credentials_licence_has_jurisdiction" CHECK("credentials"."kind" <> 'licence' or "credentials"."jurisdiction" is not null)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `credentials_by_professional` ON `credentials` (`professional_id`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`endpoint_id` text NOT NULL,
	`position` integer NOT NULL,
	`id` text GENERATED ALWAYS AS (('dlv_' || substr(endpoint_id, 5) || printf('%013x', position))) VIRTUAL,
	`state` text NOT NULL,
	`attempts_count` integer DEFAULT 0 NOT NULL,
	`kept` text DEFAULT '{}' NOT NULL,
	`next_attempt_at` integer,
	`lease_until` integer,
	`delivered_at` integer,
	`first_started_at` integer,
	`first_duration_ms` integer,
	`first_status` integer,
	`created_at` integer NOT NULL,
	`queued_at` integer,
	`attempts_before` integer DEFAULT 0 NOT NULL,
	`replay_id` text,
	PRIMARY KEY(`endpoint_id`, `position`),
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`position`) REFERENCES `events`(`position`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`replay_id`) REFERENCES `webhook_replays`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_state" CHECK("deliveries"."state" in ('pending', 'held', 'delivered', 'exhausted', 'cancelled')),
	CONSTRAINT "deliveries_due_while_pending" CHECK(("deliveries"."state" = 'pending') = ("deliveries"."next_attempt_at" is not null))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`endpoint_id`,`next_attempt_at`,`position`) WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`endpoint_id`,`position`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_held_by_age` ON `deliveries` (`created_at`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_by_replay` ON `deliveries` (`replay_id`,`state`) WHERE "deliveries"."replay_id" is not null;--> statement-breakpoint
CREATE TABLE `disclosures` (
	`position` integer PRIMARY KEY NOT NULL,
	`id` text GENERATED ALWAYS AS (('dsc_' || substr(referral_id, 5) || printf('%06x', number))) VIRTUAL NOT NULL,
	`number` integer NOT NULL,
	`referral_id` text NOT NULL,
	`consent_id` text GENERATED ALWAYS AS (('con_' || substr(referral_id, 5))) VIRTUAL NOT NULL,
	`categories` text NOT NULL,
	`way` text NOT NULL,
	`key_id` text NOT NULL,
	`disclosed_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `disclosures_by_referral` ON `disclosures` (`referral_id`,`disclosed_at`,`number`);--> statement-breakpoint
CREATE TABLE `event_recipients` (
	`practice_id` text NOT NULL,
	`position` integer NOT NULL,
	`sequence` integer,
	`needs_feedback` integer NOT NULL,
	PRIMARY KEY(`practice_id`, `position`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`position`) REFERENCES `events`(`position`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `events` (
	`position` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`type` text NOT NULL,
	`referral_id` text,
	`sequence` integer,
	`actor` text NOT NULL,
	`data` text NOT NULL,
	`occurred_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "events_sequence" CHECK(("events"."referral_id" is null) = ("events"."sequence" is null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `events_by_referral` ON `events` (`referral_id`,`sequence`);--> statement-breakpoint
CREATE TABLE `idempotency_records` (
	`day` integer NOT NULL,
	`owner_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer NOT NULL,
	`resource_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`day`, `owner_id`, `idempotency_key`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_chains` (
	`referral_id` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` text NOT NULL,
	`has_consent` integer NOT NULL,
	`has_revocation` integer NOT NULL,
	`first_number` integer NOT NULL,
	`links` text NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_checks` (
	`last_id` text PRIMARY KEY NOT NULL,
	`after_id` text NOT NULL,
	`checked_at` integer NOT NULL,
	`exceptions` text NOT NULL,
	`hash` text NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `ledger_checks_by_age` ON `ledger_checks` (`checked_at`);--> statement-breakpoint
CREATE TABLE `ledger_parts` (
	`referral_id` text NOT NULL,
	`first_number` integer NOT NULL,
	`links` text NOT NULL,
	PRIMARY KEY(`referral_id`, `first_number`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_progress` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`event_position` integer NOT NULL,
	`disclosure_position` integer NOT NULL,
	CONSTRAINT "ledger_progress_one" CHECK("ledger_progress"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `minute_runs` (
	`id` integer PRIMARY KEY NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`unfinished` text NOT NULL,
	CONSTRAINT "minute_runs_one" CHECK("minute_runs"."id" = 1)
) STRICT;
--> statement-breakpoint
CREATE TABLE `operator_acts` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`key_id` text NOT NULL,
	`operation` text NOT NULL,
	`resource_id` text NOT NULL,
	`acted_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`key_id`) REFERENCES `api_keys`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `operator_acts_by_practice` ON `operator_acts` (`practice_id`,`id`);--> statement-breakpoint
CREATE TABLE `partnerships` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`state` text NOT NULL,
	`inviter_practice_id` text NOT NULL,
	`invitee_practice_id` text NOT NULL,
	`pair` text NOT NULL,
	`message` text NOT NULL,
	`paused_by_practice_id` text,
	`answered_at` integer,
	`ended_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`inviter_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`invitee_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`paused_by_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "partnerships_state" CHECK("partnerships"."state" in ('invited', 'active', 'paused', 'declined', 'ended')),
	CONSTRAINT "partnerships_two_practices" CHECK("partnerships"."inviter_practice_id" <> "partnerships"."invitee_practice_id")
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `partnerships_open_pair` ON `partnerships` (`pair`) WHERE "partnerships"."state" in ('invited', 'active', 'paused');--> statement-breakpoint
CREATE INDEX `partnerships_by_inviter` ON `partnerships` (`inviter_practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `partnerships_by_invitee` ON `partnerships` (`invitee_practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `partnerships_unanswered` ON `partnerships` (`inviter_practice_id`) WHERE "partnerships"."state" = 'invited';--> statement-breakpoint
CREATE INDEX `partnerships_refused` ON `partnerships` (`inviter_practice_id`,`invitee_practice_id`,`updated_at`) WHERE ("partnerships"."state" = 'declined' or ("partnerships"."state" = 'ended' and "partnerships"."answered_at" is null));--> statement-breakpoint
CREATE TABLE `practice_offers` (
	`offer` text NOT NULL,
	`practice_id` text NOT NULL,
	PRIMARY KEY(`offer`, `practice_id`),
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `practices` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`name` text NOT NULL,
	`city` text NOT NULL,
	`jurisdiction` text NOT NULL,
	`time_zone` text NOT NULL,
	`scope_of_services` text NOT NULL,
	`services` text NOT NULL,
	`assessments` text NOT NULL,
	`languages` text NOT NULL,
	`capacity` text NOT NULL,
	`capacity_updated_at` integer NOT NULL,
	`website` text,
	`contact_email` text,
	`contact_phone` text,
	`verbal_consent_allowed` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`requested_name` text,
	`name_rejection_reason` text,
	CONSTRAINT "practices_status" CHECK("practices"."status" in ('active', 'suspended')),
	CONSTRAINT "practices_capacity" CHECK("practices"."capacity" in ('accepting', 'waitlist', 'not_accepting', 'assessment_required')),
	CONSTRAINT "practices_services" CHECK(json_valid("practices"."services") and json_valid("practices"."assessments"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `practices_by_requested_name` ON `practices` (`id`) WHERE "practices"."requested_name" is not null;--> statement-breakpoint
CREATE INDEX `practices_by_jurisdiction` ON `practices` (`jurisdiction`,`id`);--> statement-breakpoint
CREATE INDEX `practices_by_capacity` ON `practices` (`capacity`,`id`);--> statement-breakpoint
CREATE TABLE `professionals` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`name` text NOT NULL,
	`profession` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `professionals_by_practice` ON `professionals` (`practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `professionals_by_profession` ON `professionals` (`profession`,`practice_id`);--> statement-breakpoint
CREATE TABLE `referral_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
	`kind` text NOT NULL,
	`author` text NOT NULL,
	`sealed_text` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `referral_messages_by_referral` ON `referral_messages` (`referral_id`,`id`);--> statement-breakpoint
CREATE TABLE `referrals` (
	`id` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`sender_practice_id` text NOT NULL,
	`receiver_practice_id` text NOT NULL,
	`partnership_id` text NOT NULL,
	`sender_professional_id` text NOT NULL,
	`receiver_professional_id` text,
	`previous_id` text,
	`service` text NOT NULL,
	`reason` text NOT NULL,
	`urgency` text NOT NULL,
	`languages` text NOT NULL,
	`client_city` text,
	`client_jurisdiction` text NOT NULL,
	`disclose` text NOT NULL,
	`respond_within_ms` integer NOT NULL,
	`state` text NOT NULL,
	`sent_at` integer,
	`respond_by` integer,
	`needs_info_since` integer,
	`needs_info_total_ms` integer DEFAULT 0 NOT NULL,
	`answered_at` integer,
	`accepted_at` integer,
	`decline_reason` text,
	`engaged_at` integer,
	`outcome_at` integer,
	`not_engaged_reason` text,
	`completed_at` integer,
	`ended_at` integer,
	`last_move` text NOT NULL,
	`last_move_by` text NOT NULL,
	`last_move_at` integer NOT NULL,
	`undo_progress` text,
	`deadline` text,
	`deadline_at` integer,
	`receiver_version` integer DEFAULT 0 NOT NULL,
	`receiver_updated_at` integer,
	`sender_version` integer NOT NULL,
	`sender_updated_at` integer NOT NULL,
	`sender_state` text NOT NULL,
	`sender_progress` text NOT NULL,
	`client_index` text NOT NULL,
	`duplicate_allowed` integer NOT NULL,
	`erased_at` integer,
	`consent_ended_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`reached_at` integer,
	`reached_confirmed` integer,
	FOREIGN KEY (`sender_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receiver_practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`partnership_id`) REFERENCES `partnerships`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`sender_professional_id`) REFERENCES `professionals`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`receiver_professional_id`) REFERENCES `professionals`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`previous_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "referrals_state" CHECK("referrals"."state" in ('awaiting_consent', 'sent', 'needs_info', 'accepted', 'waitlisted', 'engaged', 'completed', 'declined', 'not_engaged', 'withdrawn', 'expired', 'consent_denied', 'revoked')),
	CONSTRAINT "referrals_sender_state" CHECK("referrals"."sender_state" in ('awaiting_consent', 'sent', 'needs_info', 'accepted', 'waitlisted', 'engaged', 'completed', 'declined', 'not_engaged', 'withdrawn', 'expired', 'consent_denied', 'revoked')),
	CONSTRAINT "referrals_two_practices" CHECK("referrals"."sender_practice_id" <> "referrals"."receiver_practice_id"),
	CONSTRAINT "referrals_sent" CHECK("referrals"."sent_at" is not null or "referrals"."state" in ('awaiting_consent', 'consent_denied', 'withdrawn', 'expired')),
	CONSTRAINT "referrals_decline_reason" CHECK(("referrals"."state" = 'declined') = ("referrals"."decline_reason" is not null)),
	CONSTRAINT "referrals_not_engaged_reason" CHECK(("referrals"."state" = 'not_engaged') = ("referrals"."not_engaged_reason" is not null))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `referrals_by_sender` ON `referrals` (`sender_practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `referrals_by_receiver` ON `referrals` (`receiver_practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `referrals_by_sender_month` ON `referrals` (`sender_practice_id`,`sent_at`);--> statement-breakpoint
CREATE INDEX `referrals_by_receiver_month` ON `referrals` (`receiver_practice_id`,`sent_at`);--> statement-breakpoint
CREATE INDEX `referrals_by_client` ON `referrals` (`client_index`);--> statement-breakpoint
CREATE INDEX `referrals_by_previous` ON `referrals` (`previous_id`,`sender_practice_id`) WHERE "referrals"."previous_id" is not null;--> statement-breakpoint
CREATE INDEX `referrals_by_deadline` ON `referrals` (`deadline_at`) WHERE "referrals"."deadline_at" is not null;--> statement-breakpoint
CREATE INDEX `referrals_waiting` ON `referrals` (`sender_practice_id`,`receiver_practice_id`) WHERE "referrals"."sender_state" in ('awaiting_consent', 'sent', 'needs_info');--> statement-breakpoint
CREATE INDEX `referrals_by_retention` ON `referrals` (case when "sender_progress" ->> 'ended_at' is null then "consent_ended_at" else "sender_progress" ->> 'ended_at' end) WHERE "referrals"."erased_at" is null and case when "referrals"."sender_progress" ->> 'ended_at' is null then "referrals"."consent_ended_at" else "referrals"."sender_progress" ->> 'ended_at' end is not null;--> statement-breakpoint
CREATE TABLE `webhook_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`event_types` text NOT NULL,
	`enabled` integer NOT NULL,
	`sealed_secret` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`deleted_at` integer,
	`payload` text DEFAULT 'thin' NOT NULL,
	`withheld_categories` text DEFAULT '[]' NOT NULL,
	`header_names` text DEFAULT '[]' NOT NULL,
	`sealed_headers` text,
	`format` text DEFAULT 'standard' NOT NULL,
	`format_settings` text DEFAULT '{}' NOT NULL,
	`sealed_format_settings` text,
	`sealed_previous_secret` text,
	`previous_secret_until` integer,
	`disabled_at` integer,
	`disabled_reason` text,
	`health_version` integer DEFAULT 1 NOT NULL,
	`failures_count` integer DEFAULT 0 NOT NULL,
	`failing_since` integer,
	`healthy_at` integer,
	`breaker_trips` integer DEFAULT 0 NOT NULL,
	`breaker_until` integer,
	`replay_head_position` integer,
	`last_ping` text,
	`last_failure` text,
	`page_links` integer DEFAULT false NOT NULL,
	`callback_links` integer DEFAULT true NOT NULL,
	`callback` text DEFAULT '{}' NOT NULL,
	`sealed_callback_secret` text,
	`sealed_format_session` text,
	`format_session_until` integer,
	`confirmed_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_by_practice` ON `webhook_endpoints` (`practice_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_endpoints_live` ON `webhook_endpoints` (`practice_id`,`id`) WHERE "webhook_endpoints"."deleted_at" is null;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_failing` ON `webhook_endpoints` (`failing_since`) WHERE "webhook_endpoints"."failing_since" is not null and "webhook_endpoints"."deleted_at" is null;--> statement-breakpoint
CREATE TABLE `webhook_replays` (
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`since` integer NOT NULL,
	`cursor_position` integer NOT NULL,
	`until_position` integer NOT NULL,
	`examined_count` integer DEFAULT 0 NOT NULL,
	`queued_count` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_replays_running` ON `webhook_replays` (`endpoint_id`) WHERE "webhook_replays"."finished_at" is null;
--> statement-breakpoint
-- The search index of what practices offer follows the practice's own row.
CREATE TRIGGER practice_offers_on_insert AFTER INSERT ON practices BEGIN
  INSERT OR IGNORE INTO practice_offers (offer, practice_id)
    SELECT value, NEW.id FROM json_each(NEW.services) UNION SELECT value, NEW.id FROM json_each(NEW.assessments);
END;
--> statement-breakpoint
CREATE TRIGGER practice_offers_on_update AFTER UPDATE OF services, assessments ON practices BEGIN
  DELETE FROM practice_offers WHERE practice_id = NEW.id AND offer IN (
    SELECT value FROM json_each(OLD.services) UNION SELECT value FROM json_each(OLD.assessments));
  INSERT OR IGNORE INTO practice_offers (offer, practice_id)
    SELECT value, NEW.id FROM json_each(NEW.services) UNION SELECT value, NEW.id FROM json_each(NEW.assessments);
END;
--> statement-breakpoint
-- A referral is sent only between active practices in an active partnership, whatever was true when it was read.
CREATE TRIGGER referrals_insert_needs_partnership BEFORE INSERT ON referrals
WHEN NOT EXISTS (
  SELECT 1 FROM partnerships
  JOIN practices AS sender ON sender.id = NEW.sender_practice_id AND sender.status = 'active'
  JOIN practices AS receiver ON receiver.id = NEW.receiver_practice_id AND receiver.status = 'active'
  WHERE partnerships.id = NEW.partnership_id AND partnerships.state = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: no active partnership'); END;
--> statement-breakpoint
CREATE TRIGGER referrals_send_needs_partnership BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'awaiting_consent' AND NEW.state = 'sent' AND NOT EXISTS (
  SELECT 1 FROM partnerships
  JOIN practices AS sender ON sender.id = NEW.sender_practice_id AND sender.status = 'active'
  JOIN practices AS receiver ON receiver.id = NEW.receiver_practice_id AND receiver.status = 'active'
  WHERE partnerships.id = NEW.partnership_id AND partnerships.state = 'active')
BEGIN SELECT RAISE(ABORT, 'guard: no active partnership'); END;
--> statement-breakpoint
-- A referral is disclosed only with a consent on record.
CREATE TRIGGER referrals_accept_needs_consent BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'sent' AND NEW.state = 'accepted' AND NOT EXISTS (
  SELECT 1 FROM consents WHERE consents.referral_id = NEW.id AND consents.revoked_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'guard: no consent'); END;
--> statement-breakpoint
-- History is written once.
CREATE TRIGGER events_never_change BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'guard: events never change'); END;
--> statement-breakpoint
CREATE TRIGGER disclosures_never_change BEFORE UPDATE ON disclosures
BEGIN SELECT RAISE(ABORT, 'guard: disclosures never change'); END;
--> statement-breakpoint
-- Of two writers that read the same version the second is refused, with all that stands in its batch.
CREATE TRIGGER practices_version BEFORE UPDATE OF version ON practices WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER credentials_version BEFORE UPDATE OF version ON credentials WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_version BEFORE UPDATE OF version ON partnerships WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER referrals_version BEFORE UPDATE OF version ON referrals WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER webhook_endpoints_version BEFORE UPDATE OF version ON webhook_endpoints WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
-- Limits hold also for many requests at once.
CREATE TRIGGER webhook_endpoints_limit BEFORE INSERT ON webhook_endpoints
WHEN (SELECT count(*) FROM webhook_endpoints WHERE practice_id = NEW.practice_id AND deleted_at IS NULL) >= 20
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
CREATE TRIGGER professionals_limit BEFORE INSERT ON professionals
WHEN (SELECT count(*) FROM professionals WHERE practice_id = NEW.practice_id) >= 200
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- Of two equal referrals at once the second is refused as a duplicate, unless the sender insists.
CREATE TRIGGER referrals_insert_no_duplicate BEFORE INSERT ON referrals
WHEN NEW.duplicate_allowed = 0 AND EXISTS (
  SELECT 1 FROM referrals WHERE client_index = NEW.client_index
    AND sender_state IN ('awaiting_consent', 'sent', 'needs_info', 'accepted', 'waitlisted', 'engaged'))
BEGIN SELECT RAISE(ABORT, 'guard: duplicate'); END;
--> statement-breakpoint
-- Of two that judged an endpoint's health from the same knowledge the second judges again.
CREATE TRIGGER webhook_endpoints_health_version BEFORE UPDATE OF health_version ON webhook_endpoints
WHEN NEW.health_version <> OLD.health_version + 1
BEGIN SELECT RAISE(ABORT, 'guard: health version'); END;
--> statement-breakpoint
-- An attempt stands beside the delivery that counts it: who lost the lease writes nothing at all.
CREATE TRIGGER attempts_number BEFORE INSERT ON attempts
WHEN NEW.number <> (SELECT attempts_count FROM deliveries WHERE endpoint_id = NEW.endpoint_id AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'guard: attempt number'); END;
--> statement-breakpoint
-- Nobody is told of an event that was not written: its batch is refused as a whole.
CREATE TRIGGER event_recipients_need_event BEFORE INSERT ON event_recipients WHEN NEW.position IS NULL
BEGIN SELECT RAISE(ABORT, 'guard: no event'); END;
--> statement-breakpoint
-- What an operator did stays told.
CREATE TRIGGER operator_acts_never_change BEFORE UPDATE ON operator_acts
BEGIN SELECT RAISE(ABORT, 'guard: operator acts never change'); END;
--> statement-breakpoint
CREATE TRIGGER operator_acts_never_go BEFORE DELETE ON operator_acts
BEGIN SELECT RAISE(ABORT, 'guard: operator acts never go'); END;
--> statement-breakpoint
CREATE TRIGGER api_keys_created_by BEFORE INSERT ON api_keys
WHEN NEW.created_by NOT IN ('operator', 'practice', 'command_line')
BEGIN SELECT RAISE(ABORT, 'guard: created_by'); END;
--> statement-breakpoint
-- Of two operators that revoke each other's key at once one keeps it.
CREATE TRIGGER api_keys_last_operator BEFORE UPDATE OF revoked_at ON api_keys
WHEN OLD.practice_id IS NULL AND OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM api_keys AS other WHERE other.practice_id IS NULL AND other.revoked_at IS NULL AND other.id <> OLD.id)
BEGIN SELECT RAISE(ABORT, 'guard: last operator key'); END;
--> statement-breakpoint
-- Who is suspended takes nobody on and is taken on by nobody, whatever a look-up of ten seconds ago says.
CREATE TRIGGER referrals_accept_needs_active_practices BEFORE UPDATE OF state ON referrals
WHEN OLD.state = 'sent' AND NEW.state = 'accepted' AND (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.sender_practice_id, NEW.receiver_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_insert_needs_active_practices BEFORE INSERT ON partnerships
WHEN (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.inviter_practice_id, NEW.invitee_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_accept_needs_active_practices BEFORE UPDATE OF state ON partnerships
WHEN OLD.state = 'invited' AND NEW.state = 'active' AND (
  SELECT count(*) FROM practices
  WHERE id IN (NEW.inviter_practice_id, NEW.invitee_practice_id) AND status = 'active') < 2
BEGIN SELECT RAISE(ABORT, 'guard: suspended'); END;
--> statement-breakpoint
-- Nobody is invited again by whom it declined, or who took it back unanswered, within 30 days.
CREATE TRIGGER partnerships_invitation_cool_down BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND EXISTS (
  SELECT 1 FROM partnerships
  WHERE inviter_practice_id = NEW.inviter_practice_id AND invitee_practice_id = NEW.invitee_practice_id
    AND (state = 'declined' or (state = 'ended' and answered_at is null))
    AND updated_at > NEW.created_at - 30 * 86400000)
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_invitation_quota BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND (
  SELECT created_at FROM partnerships WHERE inviter_practice_id = NEW.inviter_practice_id
  ORDER BY id DESC LIMIT 1 OFFSET 19) > NEW.created_at - 86400000
BEGIN SELECT RAISE(ABORT, 'guard: quota'); END;
--> statement-breakpoint
CREATE TRIGGER partnerships_invitation_limit BEFORE INSERT ON partnerships
WHEN NEW.state = 'invited' AND EXISTS (
  SELECT 1 FROM partnerships WHERE inviter_practice_id = NEW.inviter_practice_id AND state = 'invited'
  LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- Of one practice's referrals at most 100 wait at another.
CREATE TRIGGER referrals_waiting_limit BEFORE INSERT ON referrals
WHEN NEW.sender_state IN ('awaiting_consent', 'sent', 'needs_info') AND EXISTS (
  SELECT 1 FROM referrals
  WHERE sender_practice_id = NEW.sender_practice_id AND receiver_practice_id = NEW.receiver_practice_id
    AND sender_state IN ('awaiting_consent', 'sent', 'needs_info')
  LIMIT 1 OFFSET 99)
BEGIN SELECT RAISE(ABORT, 'guard: limit'); END;
--> statement-breakpoint
-- The history is sealed from here on.
INSERT INTO ledger_progress (id, version, event_position, disclosure_position) VALUES (1, 1, 0, 0);
--> statement-breakpoint
-- Of two sealers that start from the same progress the second is refused.
CREATE TRIGGER ledger_progress_version BEFORE UPDATE OF version ON ledger_progress WHEN NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'guard: version'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_parts_never_change BEFORE UPDATE ON ledger_parts
BEGIN SELECT RAISE(ABORT, 'guard: ledger parts never change'); END;
--> statement-breakpoint
CREATE TRIGGER ledger_chains_grow BEFORE UPDATE ON ledger_chains WHEN NEW.number < OLD.number
BEGIN SELECT RAISE(ABORT, 'guard: ledger chains grow'); END;
--> statement-breakpoint
-- A key that is used again about midnight is the same key.
CREATE TRIGGER idempotency_records_once BEFORE INSERT ON idempotency_records
WHEN EXISTS (
  SELECT 1 FROM idempotency_records
  WHERE day IN (NEW.day - 1, NEW.day + 1) AND owner_id = NEW.owner_id AND idempotency_key = NEW.idempotency_key
    AND created_at > NEW.created_at - 86400000)
BEGIN SELECT RAISE(ABORT, 'guard: idempotency key'); END;
