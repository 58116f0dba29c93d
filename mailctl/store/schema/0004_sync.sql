-- The place of the sync engine's own step.
SELECT 1;
