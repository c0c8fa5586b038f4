-- Whose records a channel without an integration keeps: those of another store are not to be mixed with them unseen. A binary
-- that does not know the column leaves it empty, and nothing is asked.
alter table channels add column kept_of text;
