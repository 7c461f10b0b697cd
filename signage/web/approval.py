"""Who may approve what, and how much of it waits for the person who asks."""

from signage.storage.campaign_rows import Campaign
from signage.storage.users import Role
from signage.web.guard import me
from signage.web.ports import ports


def may_approve(one: Campaign) -> bool:
    """Not as one left it oneself: whoever changed it last had all the rest before them. Unless nobody else could."""
    return _may(one.store_id, one.edited_by or one.created_by)


def waiting_for_me() -> int:
    """How many submitted campaigns this person may approve: one question, and one more for a store's with their own."""
    if not me().role.covers(Role.APPROVER):
        return 0
    waiting = ports().storage.campaigns.waiting_by_owner(me().scope)
    return sum(count for (store_id, changed_by), count in waiting.items() if _may(store_id, changed_by))


def _may(store_id: str, changed_by: str) -> bool:
    mine = ports().four_eyes and me().user_id == changed_by
    return not mine or ports().storage.users.approvers(store_id) <= 1
