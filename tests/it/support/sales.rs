//! A shop's sales by hand, as a sync would leave them; see `sales.sql`.

use super::App;

/// Channel, customers, orders, carts, credit memos, subscribers and failed records of "Atelier Nord".
const SALES: &str = include_str!("sales.sql");

impl App {
    /// Puts the sales there; the first user must be.
    pub(crate) async fn add_sales(&self) {
        sqlx::raw_sql(SALES).execute(&self.pool).await.unwrap();
    }

    /// The page of the record that this finds by its number or address.
    pub(crate) async fn path_of(&self, noun: &str, table: &str, column: &str, value: &str) -> String {
        let sql = format!("select id from {table} where {column}::text = $1");
        let id = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(sql));
        format!("/{noun}/{}", id.bind(value).fetch_one(&self.pool).await.unwrap())
    }
}
