DROP INDEX `disclosures_by_referral`;--> statement-breakpoint
CREATE INDEX `disclosures_by_referral` ON `disclosures` (`referral_id`,`disclosed_at`,`id`);