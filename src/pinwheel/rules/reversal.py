"""What of an order's rewards a refund reverses: as much of each as of the payment, rounded down.

Source: guide for operators, section on after-sales. Plain integers, hundredths.
"""


def reversed_by(granted: int, paid: int, refunded: int, refund: int) -> int:
    """What one more refund reverses of one asset.

    Counted from the order's beginning, so several refunds reverse together what one of their sum does, and
    the whole once everything is refunded.

    Args:
        granted: hundredths that the order gave.
        paid: fen paid for it, positive.
        refunded: fen refunded before.
        refund: fen refunded now.

    Returns:
        Hundredths to take back now.

    Raises:
        ValueError: if more would be refunded than was paid.
    """
    if not 0 <= refunded <= refunded + refund <= paid:
        raise ValueError("more would be refunded than was paid")
    return granted * (refunded + refund) // paid - granted * refunded // paid
