CREATE TABLE `network_months` (
	`month` text PRIMARY KEY NOT NULL,
	`after_id` text DEFAULT '' NOT NULL,
	`counted_at` integer,
	`figures` text NOT NULL CHECK (json_valid(`figures`))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
-- What was counted stays as it is: no difference between two looks at a month tells anything.
CREATE TRIGGER network_months_stay BEFORE UPDATE ON network_months WHEN OLD.counted_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'guard: counted'); END;
--> statement-breakpoint
CREATE TRIGGER network_months_kept BEFORE DELETE ON network_months
BEGIN SELECT RAISE(ABORT, 'guard: counted'); END;
