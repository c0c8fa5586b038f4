//! The names of a cart's fields, in the orders in which the real store shows them.

/// `shoppingCartInfoEntity`.
pub(super) const INFO: &str = "store_id:string? created_at:string? updated_at:string? converted_at:string? quote_id:int? \
     is_active:int? is_virtual:int? is_multi_shipping:int? items_count:double? items_qty:double? \
     orig_order_id:string? store_to_base_rate:string? store_to_quote_rate:string? \
     base_currency_code:string? store_currency_code:string? quote_currency_code:string? \
     grand_total:string? base_grand_total:string? checkout_method:string? customer_id:string? \
     customer_tax_class_id:string? customer_group_id:int? customer_email:string? customer_prefix:string? \
     customer_firstname:string? customer_middlename:string? customer_lastname:string? \
     customer_suffix:string? customer_note:string? customer_note_notify:string? customer_is_guest:string? \
     applied_rule_ids:string? reserved_order_id:string? password_hash:string? coupon_code:string? \
     global_currency_code:string? base_to_global_rate:double? base_to_quote_rate:double? \
     customer_taxvat:string? customer_gender:string? subtotal:double? base_subtotal:double? \
     subtotal_with_discount:double? base_subtotal_with_discount:double? ext_shipping_info:string? \
     gift_message_id:string? gift_message:string? customer_balance_amount_used:double? \
     base_customer_balance_amount_used:double? use_customer_balance:string? gift_cards_amount:string? \
     base_gift_cards_amount:string? gift_cards_amount_used:string? use_reward_points:string? \
     reward_points_balance:string? base_reward_currency_amount:string? reward_currency_amount:string? \
     shipping_address:shoppingCartAddressEntity? billing_address:shoppingCartAddressEntity? \
     items:shoppingCartItemEntityArray? payment:shoppingCartPaymentEntity?";

/// `salesQuoteEntity`, the bridge's.
pub(super) const QUOTE: &str = "entity_id:string? store_id:string? created_at:string? updated_at:string? converted_at:string? \
     is_active:string? is_virtual:string? is_multi_shipping:string? items_count:string? items_qty:string? \
     orig_order_id:string? store_to_base_rate:string? store_to_quote_rate:string? \
     base_currency_code:string? store_currency_code:string? quote_currency_code:string? \
     grand_total:string? base_grand_total:string? checkout_method:string? customer_id:string? \
     customer_tax_class_id:string? customer_group_id:string? customer_email:string? \
     customer_prefix:string? customer_firstname:string? customer_middlename:string? \
     customer_lastname:string? customer_suffix:string? customer_dob:string? customer_note:string? \
     customer_note_notify:string? customer_is_guest:string? remote_ip:string? applied_rule_ids:string? \
     reserved_order_id:string? password_hash:string? coupon_code:string? global_currency_code:string? \
     base_to_global_rate:string? base_to_quote_rate:string? customer_taxvat:string? \
     customer_gender:string? subtotal:string? base_subtotal:string? subtotal_with_discount:string? \
     base_subtotal_with_discount:string? is_changed:string? trigger_recollect:string? \
     ext_shipping_info:string? gift_message_id:string? is_persistent:string? gift_message:string? \
     shipping_address:shoppingCartAddressEntity? billing_address:shoppingCartAddressEntity? \
     items:shoppingCartItemEntityArray? payment:shoppingCartPaymentEntity? attributes:associativeArray?";

/// Types of it that WS-I declares otherwise.
pub(super) const QUOTE_IN_WSI: &[(&str, &str)] = &[
    ("entity_id", "int"),
    ("customer_id", "int"),
    ("is_active", "boolean"),
    ("is_virtual", "boolean"),
    ("is_multi_shipping", "boolean"),
];

/// `shoppingCartAddressEntity`.
pub(super) const ADDRESS: &str = "address_id:string? created_at:string? updated_at:string? customer_id:string? \
     save_in_address_book:int? customer_address_id:string? address_type:string? email:string? \
     prefix:string? firstname:string? middlename:string? lastname:string? suffix:string? company:string? \
     street:string? city:string? region:string? region_id:string? postcode:string? country_id:string? \
     telephone:string? fax:string? same_as_billing:int? free_shipping:int? shipping_method:string? \
     shipping_description:string? weight:double?";

/// `shoppingCartItemEntity`.
pub(super) const ITEM: &str = "item_id:string? created_at:string? updated_at:string? product_id:string? store_id:string? \
     parent_item_id:string? is_virtual:int? sku:string? name:string? description:string? \
     applied_rule_ids:string? additional_data:string? free_shipping:string? is_qty_decimal:string? \
     no_discount:string? weight:double? qty:double? price:double? base_price:double? custom_price:double? \
     discount_percent:double? discount_amount:double? base_discount_amount:double? tax_percent:double? \
     tax_amount:double? base_tax_amount:double? row_total:double? base_row_total:double? \
     row_total_with_discount:double? row_weight:double? product_type:string? \
     base_tax_before_discount:double? tax_before_discount:double? original_custom_price:double? \
     base_cost:double? price_incl_tax:double? base_price_incl_tax:double? row_total_incl_tax:double? \
     base_row_total_incl_tax:double? gift_message_id:string? gift_message:string? \
     gift_message_available:string? weee_tax_applied:double? weee_tax_applied_amount:double? \
     weee_tax_applied_row_amount:double? base_weee_tax_applied_amount:double? \
     base_weee_tax_applied_row_amount:double? weee_tax_disposition:double? \
     weee_tax_row_disposition:double? base_weee_tax_disposition:double? \
     base_weee_tax_row_disposition:double? tax_class_id:string? product_image_url:string? \
     product_url:string? categories:shoppingCartItemEntityCategoriesArray?";

/// `shoppingCartPaymentEntity`.
pub(super) const PAYMENT: &str = "payment_id:string? created_at:string? updated_at:string? method:string? cc_type:string? \
     cc_number_enc:string? cc_last4:string? cc_cid_enc:string? cc_owner:string? cc_exp_month:string? \
     cc_exp_year:string? cc_ss_owner:string? cc_ss_start_month:string? cc_ss_start_year:string? \
     cc_ss_issue:string? po_number:string? additional_data:string? additional_information:string?";

/// SOAP v1 `cart.info`.
pub(super) const V1: &str = "store_id created_at updated_at converted_at is_active is_virtual is_multi_shipping items_count \
     items_qty orig_order_id store_to_base_rate store_to_quote_rate base_currency_code \
     store_currency_code quote_currency_code grand_total base_grand_total checkout_method customer_id \
     customer_tax_class_id customer_group_id customer_email customer_prefix customer_firstname \
     customer_middlename customer_lastname customer_suffix customer_dob customer_note \
     customer_note_notify customer_is_guest remote_ip applied_rule_ids reserved_order_id password_hash \
     coupon_code global_currency_code base_to_global_rate base_to_quote_rate customer_taxvat \
     customer_gender subtotal base_subtotal subtotal_with_discount base_subtotal_with_discount is_changed \
     trigger_recollect ext_shipping_info gift_message_id is_persistent quote_id";

/// SOAP v1, an address.
pub(super) const V1_ADDRESS: &str = "address_id quote_id created_at updated_at customer_id save_in_address_book customer_address_id \
     address_type email prefix firstname middlename lastname suffix company street city region region_id \
     postcode country_id telephone fax same_as_billing free_shipping collect_shipping_rates \
     shipping_method shipping_description weight subtotal base_subtotal subtotal_with_discount \
     base_subtotal_with_discount tax_amount base_tax_amount shipping_amount base_shipping_amount \
     shipping_tax_amount base_shipping_tax_amount discount_amount base_discount_amount grand_total \
     base_grand_total customer_notes applied_taxes discount_description shipping_discount_amount \
     base_shipping_discount_amount subtotal_incl_tax base_subtotal_total_incl_tax hidden_tax_amount \
     base_hidden_tax_amount shipping_hidden_tax_amount base_shipping_hidden_tax_amnt shipping_incl_tax \
     base_shipping_incl_tax vat_id vat_is_valid vat_request_id vat_request_date vat_request_success \
     gift_message_id";

/// SOAP v1, an item, up to what PHP objects follow.
pub(super) const V1_ITEM: &str = "item_id quote_id created_at updated_at product_id store_id parent_item_id is_virtual sku name \
     description applied_rule_ids additional_data free_shipping is_qty_decimal no_discount weight qty \
     price base_price custom_price discount_percent discount_amount base_discount_amount tax_percent \
     tax_amount base_tax_amount row_total base_row_total row_total_with_discount row_weight product_type \
     base_tax_before_discount tax_before_discount original_custom_price redirect_url base_cost \
     price_incl_tax base_price_incl_tax row_total_incl_tax base_row_total_incl_tax hidden_tax_amount \
     base_hidden_tax_amount gift_message_id weee_tax_disposition weee_tax_row_disposition \
     base_weee_tax_disposition base_weee_tax_row_disposition weee_tax_applied weee_tax_applied_amount \
     weee_tax_applied_row_amount base_weee_tax_applied_amount base_weee_tax_applied_row_amnt";

/// SOAP v1, a payment whose method was chosen.
pub(super) const V1_PAYMENT: &str = "payment_id quote_id created_at updated_at method cc_type cc_number_enc cc_last4 cc_cid_enc cc_owner \
     cc_exp_month cc_exp_year cc_ss_owner cc_ss_start_month cc_ss_start_year po_number additional_data \
     cc_ss_issue paypal_payer_id paypal_payer_status paypal_correlation_id";
