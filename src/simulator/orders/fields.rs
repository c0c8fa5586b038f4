//! The names of an order's fields, in the orders in which the real store shows them.

/// `salesOrderListEntity`.
pub(super) const LIST: &str = "increment_id:string? store_id:string? created_at:string? updated_at:string? customer_id:string? \
     tax_amount:string? shipping_amount:string? discount_amount:string? subtotal:string? \
     grand_total:string? total_paid:string? total_refunded:string? total_qty_ordered:string? \
     total_canceled:string? total_invoiced:string? total_online_refunded:string? \
     total_offline_refunded:string? base_tax_amount:string? base_shipping_amount:string? \
     base_discount_amount:string? base_subtotal:string? base_grand_total:string? base_total_paid:string? \
     base_total_refunded:string? base_total_qty_ordered:string? base_total_canceled:string? \
     base_total_invoiced:string? base_total_online_refunded:string? base_total_offline_refunded:string? \
     billing_address_id:string? billing_firstname:string? billing_lastname:string? \
     shipping_address_id:string? shipping_firstname:string? shipping_lastname:string? \
     billing_name:string? shipping_name:string? store_to_base_rate:string? store_to_order_rate:string? \
     base_to_global_rate:string? base_to_order_rate:string? weight:string? store_name:string? \
     remote_ip:string? status:string? state:string? applied_rule_ids:string? global_currency_code:string? \
     base_currency_code:string? store_currency_code:string? order_currency_code:string? \
     shipping_method:string? shipping_description:string? customer_email:string? \
     customer_firstname:string? customer_lastname:string? quote_id:string? is_virtual:string? \
     customer_group_id:string? customer_note_notify:string? customer_is_guest:string? email_sent:string? \
     order_id:string? gift_message_id:string? coupon_code:string? protect_code:string? \
     base_discount_canceled:string? base_discount_invoiced:string? base_discount_refunded:string? \
     base_shipping_canceled:string? base_shipping_invoiced:string? base_shipping_refunded:string? \
     base_shipping_tax_amount:string? base_shipping_tax_refunded:string? base_subtotal_canceled:string? \
     base_subtotal_invoiced:string? base_subtotal_refunded:string? base_tax_canceled:string? \
     base_tax_invoiced:string? base_tax_refunded:string? base_total_invoiced_cost:string? \
     discount_canceled:string? discount_invoiced:string? discount_refunded:string? \
     shipping_canceled:string? shipping_invoiced:string? shipping_refunded:string? \
     shipping_tax_amount:string? shipping_tax_refunded:string? subtotal_canceled:string? \
     subtotal_invoiced:string? subtotal_refunded:string? tax_canceled:string? tax_invoiced:string? \
     tax_refunded:string? can_ship_partially:string? can_ship_partially_item:string? \
     edit_increment:string? forced_do_shipment_with_invoice:string? \
     payment_authorization_expiration:string? paypal_ipn_customer_notified:string? \
     quote_address_id:string? adjustment_negative:string? adjustment_positive:string? \
     base_adjustment_negative:string? base_adjustment_positive:string? \
     base_shipping_discount_amount:string? base_subtotal_incl_tax:string? base_total_due:string? \
     payment_authorization_amount:string? shipping_discount_amount:string? subtotal_incl_tax:string? \
     total_due:string? customer_dob:string? customer_middlename:string? customer_prefix:string? \
     customer_suffix:string? customer_taxvat:string? discount_description:string? ext_customer_id:string? \
     ext_order_id:string? hold_before_state:string? hold_before_status:string? \
     original_increment_id:string? relation_child_id:string? relation_child_real_id:string? \
     relation_parent_id:string? relation_parent_real_id:string? x_forwarded_for:string? \
     customer_note:string? total_item_count:string? customer_gender:string? hidden_tax_amount:string? \
     base_hidden_tax_amount:string? shipping_hidden_tax_amount:string? \
     base_shipping_hidden_tax_amount:string? hidden_tax_invoiced:string? base_hidden_tax_invoiced:string? \
     hidden_tax_refunded:string? base_hidden_tax_refunded:string? shipping_incl_tax:string? \
     base_shipping_incl_tax:string? base_customer_balance_amount:string? customer_balance_amount:string? \
     base_customer_balance_invoiced:string? customer_balance_invoiced:string? \
     base_customer_balance_refunded:string? customer_balance_refunded:string? \
     base_customer_balance_total_refunded:string? customer_balance_total_refunded:string? \
     gift_cards:string? base_gift_cards_amount:string? gift_cards_amount:string? \
     base_gift_cards_invoiced:string? gift_cards_invoiced:string? base_gift_cards_refunded:string? \
     gift_cards_refunded:string? reward_points_balance:string? base_reward_currency_amount:string? \
     reward_currency_amount:string? base_reward_currency_amount_invoiced:string? \
     reward_currency_amount_invoiced:string? base_reward_currency_amount_refunded:string? \
     reward_currency_amount_refunded:string? reward_points_balance_refunded:string? \
     reward_points_balance_to_refund:string? reward_salesrule_points:string? firstname:string? \
     lastname:string? telephone:string? postcode:string?";

/// `salesOrderEntity` of a store without the bridge.
pub(super) const INFO: &str = "increment_id:string? parent_id:string? store_id:string? created_at:string? updated_at:string? \
     is_active:string? customer_id:string? tax_amount:string? shipping_amount:string? \
     discount_amount:string? subtotal:string? grand_total:string? total_paid:string? \
     total_refunded:string? total_qty_ordered:string? total_canceled:string? total_invoiced:string? \
     total_online_refunded:string? total_offline_refunded:string? base_tax_amount:string? \
     base_shipping_amount:string? base_discount_amount:string? base_subtotal:string? \
     base_grand_total:string? base_total_paid:string? base_total_refunded:string? \
     base_total_qty_ordered:string? base_total_canceled:string? base_total_invoiced:string? \
     base_total_online_refunded:string? base_total_offline_refunded:string? billing_address_id:string? \
     billing_firstname:string? billing_lastname:string? shipping_address_id:string? \
     shipping_firstname:string? shipping_lastname:string? billing_name:string? shipping_name:string? \
     store_to_base_rate:string? store_to_order_rate:string? base_to_global_rate:string? \
     base_to_order_rate:string? weight:string? store_name:string? remote_ip:string? status:string? \
     state:string? applied_rule_ids:string? global_currency_code:string? base_currency_code:string? \
     store_currency_code:string? order_currency_code:string? shipping_method:string? \
     shipping_description:string? customer_email:string? customer_firstname:string? \
     customer_lastname:string? quote_id:string? is_virtual:string? customer_group_id:string? \
     customer_note_notify:string? customer_is_guest:string? email_sent:string? order_id:string? \
     gift_message_id:string? gift_message:string? shipping_address:salesOrderAddressEntity? \
     billing_address:salesOrderAddressEntity? items:salesOrderItemEntityArray? \
     payment:salesOrderPaymentEntity? status_history:salesOrderStatusHistoryEntityArray?";

/// What the bridge adds to it.
pub(super) const INFO_WITH_BRIDGE: &str = "coupon_code:string? attributes:associativeArray?";

/// `salesOrderAddressEntity`.
pub(super) const ADDRESS: &str = "increment_id:string? parent_id:string? created_at:string? updated_at:string? is_active:string? \
     address_type:string? firstname:string? middlename:string? lastname:string? company:string? \
     street:string? city:string? region:string? postcode:string? country_id:string? telephone:string? \
     fax:string? region_id:string? address_id:string?";

/// `salesOrderItemEntity`.
pub(super) const ITEM: &str = "item_id:string? order_id:string? quote_item_id:string? created_at:string? updated_at:string? \
     product_id:string? product_type:string? product_options:string? weight:string? is_virtual:string? \
     sku:string? name:string? applied_rule_ids:string? free_shipping:string? is_qty_decimal:string? \
     no_discount:string? qty_canceled:string? qty_invoiced:string? qty_ordered:string? \
     qty_refunded:string? qty_shipped:string? cost:string? price:string? base_price:string? \
     original_price:string? base_original_price:string? tax_percent:string? tax_amount:string? \
     base_tax_amount:string? tax_invoiced:string? base_tax_invoiced:string? discount_percent:string? \
     discount_amount:string? base_discount_amount:string? discount_invoiced:string? \
     base_discount_invoiced:string? amount_refunded:string? base_amount_refunded:string? \
     row_total:string? base_row_total:string? row_invoiced:string? base_row_invoiced:string? \
     row_weight:string? gift_message_id:string? gift_message:string? gift_message_available:string? \
     base_tax_before_discount:string? tax_before_discount:string? weee_tax_applied:string? \
     weee_tax_applied_amount:string? weee_tax_applied_row_amount:string? \
     base_weee_tax_applied_amount:string? base_weee_tax_applied_row_amount:string? \
     weee_tax_disposition:string? weee_tax_row_disposition:string? base_weee_tax_disposition:string? \
     base_weee_tax_row_disposition:string?";

/// `salesOrderPaymentEntity`.
pub(super) const PAYMENT: &str = "increment_id:string? parent_id:string? created_at:string? updated_at:string? is_active:string? \
     amount_ordered:string? shipping_amount:string? base_amount_ordered:string? \
     base_shipping_amount:string? method:string? po_number:string? cc_type:string? cc_number_enc:string? \
     cc_last4:string? cc_owner:string? cc_exp_month:string? cc_exp_year:string? cc_ss_start_month:string? \
     cc_ss_start_year:string? payment_id:string?";

/// `salesOrderStatusHistoryEntity`.
pub(super) const HISTORY: &str = "increment_id:string? parent_id:string? created_at:string? updated_at:string? is_active:string? \
     is_customer_notified:string? status:string? comment:string?";

/// Fields of the addresses that lists join to the order.
pub(super) const JOINED: &[&str] = &[
    "billing_firstname",
    "billing_lastname",
    "shipping_firstname",
    "shipping_lastname",
    "billing_name",
    "shipping_name",
    "firstname",
    "middlename",
    "lastname",
    "telephone",
    "postcode",
];

/// Fields that `order.info` shows after all others, where `order.list` has them among their like.
pub(super) const V1_INFO_LAST: &[&str] = &[
    "payment_authorization_expiration",
    "forced_do_shipment_with_invoice",
    "base_shipping_hidden_tax_amount",
    "gift_message",
    "order_id",
];

/// SOAP v1 `order.list`.
pub(super) const V1_LIST: &str = "state status coupon_code protect_code shipping_description is_virtual store_id customer_id \
     base_discount_amount base_discount_canceled base_discount_invoiced base_discount_refunded \
     base_grand_total base_shipping_amount base_shipping_canceled base_shipping_invoiced \
     base_shipping_refunded base_shipping_tax_amount base_shipping_tax_refunded base_subtotal \
     base_subtotal_canceled base_subtotal_invoiced base_subtotal_refunded base_tax_amount \
     base_tax_canceled base_tax_invoiced base_tax_refunded base_to_global_rate base_to_order_rate \
     base_total_canceled base_total_invoiced base_total_invoiced_cost base_total_offline_refunded \
     base_total_online_refunded base_total_paid base_total_qty_ordered base_total_refunded \
     discount_amount discount_canceled discount_invoiced discount_refunded grand_total shipping_amount \
     shipping_canceled shipping_invoiced shipping_refunded shipping_tax_amount shipping_tax_refunded \
     store_to_base_rate store_to_order_rate subtotal subtotal_canceled subtotal_invoiced \
     subtotal_refunded tax_amount tax_canceled tax_invoiced tax_refunded total_canceled total_invoiced \
     total_offline_refunded total_online_refunded total_paid total_qty_ordered total_refunded \
     can_ship_partially can_ship_partially_item customer_is_guest customer_note_notify billing_address_id \
     customer_group_id edit_increment email_sent forced_shipment_with_invoice \
     forced_do_shipment_with_invoice payment_auth_expiration payment_authorization_expiration \
     quote_address_id quote_id shipping_address_id adjustment_negative adjustment_positive \
     base_adjustment_negative base_adjustment_positive base_shipping_discount_amount \
     base_subtotal_incl_tax base_total_due payment_authorization_amount shipping_discount_amount \
     subtotal_incl_tax total_due weight customer_dob increment_id applied_rule_ids base_currency_code \
     customer_email customer_firstname customer_lastname customer_middlename customer_prefix \
     customer_suffix customer_taxvat discount_description ext_customer_id ext_order_id \
     global_currency_code hold_before_state hold_before_status order_currency_code original_increment_id \
     relation_child_id relation_child_real_id relation_parent_id relation_parent_real_id remote_ip \
     shipping_method store_currency_code store_name x_forwarded_for customer_note created_at updated_at \
     total_item_count customer_gender hidden_tax_amount base_hidden_tax_amount shipping_hidden_tax_amount \
     base_shipping_hidden_tax_amnt base_shipping_hidden_tax_amount hidden_tax_invoiced \
     base_hidden_tax_invoiced hidden_tax_refunded base_hidden_tax_refunded shipping_incl_tax \
     base_shipping_incl_tax coupon_rule_name paypal_ipn_customer_notified gift_message_id firstname \
     middlename lastname telephone postcode billing_firstname billing_lastname shipping_firstname \
     shipping_lastname billing_name shipping_name order_id";

/// SOAP v1, an address.
pub(super) const V1_ADDRESS: &str = "parent_id customer_address_id quote_address_id region_id customer_id fax region postcode lastname \
     street city email telephone country_id firstname address_type prefix middlename suffix company \
     vat_id vat_is_valid vat_request_id vat_request_date vat_request_success address_id";

/// SOAP v1, an item.
pub(super) const V1_ITEM: &str = "item_id order_id parent_item_id quote_item_id store_id created_at updated_at product_id product_type \
     product_options weight is_virtual sku name description applied_rule_ids additional_data \
     free_shipping is_qty_decimal no_discount qty_backordered qty_canceled qty_invoiced qty_ordered \
     qty_refunded qty_shipped base_cost price base_price original_price base_original_price tax_percent \
     tax_amount base_tax_amount tax_invoiced base_tax_invoiced discount_percent discount_amount \
     base_discount_amount discount_invoiced base_discount_invoiced amount_refunded base_amount_refunded \
     row_total base_row_total row_invoiced base_row_invoiced row_weight base_tax_before_discount \
     tax_before_discount ext_order_item_id locked_do_invoice locked_do_ship price_incl_tax \
     base_price_incl_tax row_total_incl_tax base_row_total_incl_tax hidden_tax_amount \
     base_hidden_tax_amount hidden_tax_invoiced base_hidden_tax_invoiced hidden_tax_refunded \
     base_hidden_tax_refunded is_nominal tax_canceled hidden_tax_canceled tax_refunded base_tax_refunded \
     discount_refunded base_discount_refunded gift_message_id gift_message_available \
     base_weee_tax_applied_amount base_weee_tax_applied_row_amnt base_weee_tax_applied_row_amount \
     weee_tax_applied_amount weee_tax_applied_row_amount weee_tax_applied weee_tax_disposition \
     weee_tax_row_disposition base_weee_tax_disposition base_weee_tax_row_disposition";

/// SOAP v1, the payment.
pub(super) const V1_PAYMENT: &str = "parent_id base_shipping_captured shipping_captured amount_refunded base_amount_paid amount_canceled \
     base_amount_authorized base_amount_paid_online base_amount_refunded_online base_shipping_amount \
     shipping_amount amount_paid amount_authorized base_amount_ordered base_shipping_refunded \
     shipping_refunded base_amount_refunded amount_ordered base_amount_canceled quote_payment_id \
     additional_data cc_exp_month cc_ss_start_year echeck_bank_name method cc_debug_request_body \
     cc_secure_verify protection_eligibility cc_approval cc_last4 cc_status_description echeck_type \
     cc_debug_response_serialized cc_ss_start_month echeck_account_type last_trans_id cc_cid_status \
     cc_owner cc_type po_number cc_exp_year cc_status echeck_routing_number account_status \
     anet_trans_method cc_debug_response_body cc_ss_issue echeck_account_name cc_avs_status cc_number_enc \
     cc_trans_id paybox_request_number address_status";

/// SOAP v1, an entry of the status history.
pub(super) const V1_HISTORY: &str =
    "parent_id is_customer_notified is_visible_on_front comment status created_at entity_name store_id";
