-- Search over everything: words as people type them, without accents, with mistakes.

-- A text without accents. Most texts have none, and that is seen at once: this is asked for every customer that a sync brings.
create function without_accents(text) returns text language sql immutable parallel safe
return case when octet_length($1) = length($1) then $1
    else regexp_replace(normalize(lower($1 collate "und-x-icu"), nfkd), '[\u0300-\u036f]', '', 'g') end;
-- The words of a text in small letters, for an index that finds them by their beginnings. What the parser would take for an
-- address, a file or a tag is taken apart.
create function search_words(text) returns tsvector language sql immutable parallel safe
return to_tsvector('pg_catalog.simple', replace(replace(replace(replace(replace(replace(replace(replace(replace(
    without_accents(left($1, 1000)),
    '@', ' '), '.', ' '), '-', ' '), '_', ' '), '/', ' '), ':', ' '), '+', ' '), '<', ' '), '&', ' '));
create function words_of(text) returns text[] language sql immutable parallel safe
return tsvector_to_array(search_words($1));
-- What was typed, as a question to that index: all of these words, or words that begin so. Null without any word.
create function search_query(text) returns tsquery language sql immutable parallel safe
return (select string_agg('''' || word || ''':*', ' & ') from unnest(words_of($1)) as word)::tsquery;

create index customers_words on customers using gin (search_words(first_name || ' ' || last_name || ' ' || email));
create index accounts_words on accounts using gin (search_words(name));
create index contacts_words on contacts using gin (search_words(first_name || ' ' || last_name || ' ' || email));

-- Every word that a name here has: what is typed with a mistake is looked for among these, not among millions of records. A
-- word that nobody has any more finds nobody, and does no harm.
create table name_words (
    word text primary key
);
insert into name_words
select distinct unnest(words_of(first_name || ' ' || last_name || ' ' || split_part(email, '@', 2))) from contacts
union select distinct unnest(words_of(name)) from accounts;
create index name_words_like on name_words using gin (word gin_trgm_ops);

-- Digits, however a number is written; looked for from the end, because people leave out what stands before.
create function last_digits(text) returns text language sql immutable parallel safe
return reverse(regexp_replace(left($1, 100), '[^0-9]', '', 'g'));
create index customer_addresses_phone on customer_addresses (last_digits(telephone) text_pattern_ops)
    where telephone <> '';
create index contacts_phone on contacts (last_digits(phone) text_pattern_ops) where phone <> '';

-- Numbers from their beginning, and by their last digits.
create index orders_number on orders (increment_id text_pattern_ops);
create index orders_number_end on orders (reverse(increment_id) text_pattern_ops);
create index credit_memos_number on credit_memos (increment_id text_pattern_ops);
create index credit_memos_number_end on credit_memos (reverse(increment_id) text_pattern_ops);
create index carts_number on carts (remote_id);
