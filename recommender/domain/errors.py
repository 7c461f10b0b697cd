"""What may go wrong with every door alike."""


class RecommenderUnreachable(Exception):
    """The recommender can't be asked now: its service or its database doesn't answer, or answers with nonsense.

    str() says how, for the log. What a door refuses for a reason of its own has an exception of its own.
    """
