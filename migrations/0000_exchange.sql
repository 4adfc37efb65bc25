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
	`created_at` integer NOT NULL,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `api_keys_by_secret_hash` ON `api_keys` (`secret_hash`);--> statement-breakpoint
CREATE INDEX `api_keys_by_practice` ON `api_keys` (`practice_id`,`id`);--> statement-breakpoint
CREATE TABLE `attempts` (
	`delivery_id` text NOT NULL,
	`number` integer NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`status` integer,
	`error` text,
	`response_excerpt` text,
	PRIMARY KEY(`delivery_id`, `number`),
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE no action
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
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "consent_requests_days" CHECK("consent_requests"."valid_days" between 1 and 365)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_by_token` ON `consent_requests` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `consent_requests_open` ON `consent_requests` (`referral_id`) WHERE "consent_requests"."ended_at" is null;--> statement-breakpoint
CREATE TABLE `consents` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
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
CREATE UNIQUE INDEX `consents_by_referral` ON `consents` (`referral_id`);--> statement-breakpoint
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
	`id` text PRIMARY KEY NOT NULL,
	`practice_id` text NOT NULL,
	`endpoint_id` text NOT NULL,
	`position` integer NOT NULL,
	`state` text NOT NULL,
	`attempts_count` integer DEFAULT 0 NOT NULL,
	`kept` text DEFAULT '{}' NOT NULL,
	`next_attempt_at` integer,
	`lease_until` integer,
	`delivered_at` integer,
	`created_at` integer NOT NULL,
	`queued_at` integer,
	`attempts_before` integer DEFAULT 0 NOT NULL,
	`replay_id` text,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`position`) REFERENCES `events`(`position`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`replay_id`) REFERENCES `webhook_replays`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_state" CHECK("deliveries"."state" in ('pending', 'held', 'delivered', 'exhausted', 'cancelled')),
	CONSTRAINT "deliveries_due_while_pending" CHECK(("deliveries"."state" = 'pending') = ("deliveries"."next_attempt_at" is not null))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`endpoint_id`,`position`);--> statement-breakpoint
CREATE INDEX `deliveries_due` ON `deliveries` (`next_attempt_at`) WHERE "deliveries"."state" = 'pending';--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`endpoint_id`,`position`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_held_by_age` ON `deliveries` (`created_at`) WHERE "deliveries"."state" = 'held';--> statement-breakpoint
CREATE INDEX `deliveries_by_replay` ON `deliveries` (`replay_id`,`state`) WHERE "deliveries"."replay_id" is not null;--> statement-breakpoint
CREATE TABLE `disclosures` (
	`id` text PRIMARY KEY NOT NULL,
	`referral_id` text NOT NULL,
	`practice_id` text NOT NULL,
	`consent_id` text NOT NULL,
	`categories` text NOT NULL,
	`way` text NOT NULL,
	`key_id` text NOT NULL,
	`disclosed_at` integer NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`consent_id`) REFERENCES `consents`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `disclosures_by_referral` ON `disclosures` (`referral_id`,`id`);--> statement-breakpoint
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
CREATE UNIQUE INDEX `events_by_id` ON `events` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `events_by_referral` ON `events` (`referral_id`,`sequence`);--> statement-breakpoint
CREATE TABLE `idempotency_records` (
	`owner_id` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer NOT NULL,
	`resource_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`owner_id`, `idempotency_key`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `idempotency_records_by_age` ON `idempotency_records` (`created_at`);--> statement-breakpoint
CREATE TABLE `ledger_heads` (
	`referral_id` text PRIMARY KEY NOT NULL,
	`number` integer NOT NULL,
	`hash` text NOT NULL,
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ledger_links` (
	`referral_id` text NOT NULL,
	`number` integer NOT NULL,
	`kind` text NOT NULL,
	`entry_id` text NOT NULL,
	`entry_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`referral_id`, `number`),
	FOREIGN KEY (`referral_id`) REFERENCES `referrals`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_links_by_entry` ON `ledger_links` (`entry_id`);--> statement-breakpoint
CREATE TABLE `ledger_pending` (
	`referral_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`kind` text NOT NULL,
	PRIMARY KEY(`referral_id`, `entry_id`)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
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
	CONSTRAINT "practices_status" CHECK("practices"."status" in ('active', 'suspended')),
	CONSTRAINT "practices_capacity" CHECK("practices"."capacity" in ('accepting', 'waitlist', 'not_accepting', 'assessment_required')),
	CONSTRAINT "practices_services" CHECK(json_valid("practices"."services") and json_valid("practices"."assessments"))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
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
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`reached_at` integer,
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
CREATE INDEX `referrals_by_sender_change` ON `referrals` (`sender_practice_id`,`sender_updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `referrals_by_receiver_change` ON `referrals` (`receiver_practice_id`,`receiver_updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `referrals_by_client` ON `referrals` (`client_index`);--> statement-breakpoint
CREATE INDEX `referrals_by_previous` ON `referrals` (`previous_id`) WHERE "referrals"."previous_id" is not null;--> statement-breakpoint
CREATE INDEX `referrals_by_deadline` ON `referrals` (`deadline_at`) WHERE "referrals"."deadline_at" is not null;--> statement-breakpoint
CREATE INDEX `referrals_by_end` ON `referrals` (`ended_at`) WHERE "referrals"."ended_at" is not null and "referrals"."erased_at" is null;--> statement-breakpoint
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
	`replay_head_id` text,
	`last_ping` text,
	FOREIGN KEY (`practice_id`) REFERENCES `practices`(`id`) ON UPDATE no action ON DELETE no action
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_by_practice` ON `webhook_endpoints` (`practice_id`,`id`);--> statement-breakpoint
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