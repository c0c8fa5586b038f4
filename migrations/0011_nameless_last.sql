-- Guests without a name stand behind everybody else in lists: U+FFFF sorts behind every letter.
drop index customers_by_name;
drop index customers_by_first_name;
create index customers_by_name on customers
    ((lower(coalesce(nullif(trim(last_name || ' ' || first_name), ''), chr(65535))) collate "und-x-icu"), id);
create index customers_by_first_name on customers
    ((lower(coalesce(nullif(first_name, ''), chr(65535))) collate "und-x-icu"), id);
