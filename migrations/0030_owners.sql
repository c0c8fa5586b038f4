-- Lists are filtered by owner, and what somebody owned who leaves is found for whoever takes over.
create index customers_owner on customers (owner_id);
create index orders_owner on orders (owner_id);
create index carts_owner on carts (owner_id);
create index accounts_owner on accounts (owner_id);
