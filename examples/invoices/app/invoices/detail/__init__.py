segment = "[invoice_id]"
