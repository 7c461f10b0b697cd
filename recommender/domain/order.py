"""What a line of an order can be, from wherever it is told."""

ID_LENGTH = 64  # characters
QUANTITY_LIMIT, AMOUNT_LIMIT = 10**6, 10**12  # no line has ever had so much
