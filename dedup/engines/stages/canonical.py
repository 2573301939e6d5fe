"""The documents of each story of a collection in the order of the canonical rule."""

from dedup.array_types import Indices
from dedup.core.collection import Collection
from dedup.core.stories import canonical
from dedup.core.stories.canonical import StoryDocuments, StoryLeaders
from dedup.settings import Settings


def lead_stories(
    texts: Collection, story: Indices, lengths: Indices, words: Indices, settings: Settings
) -> StoryLeaders:
    """Put the documents of each story in the order of the canonical rule.

    Args:
        texts: the documents.
        story: ``(n,)`` the story of each document.
        lengths: ``(n,)`` the shingles of each document without boilerplate.
        words: ``(n,)`` the words of each document without boilerplate, if any document has an address.
        settings: hold the canonical rule and the preferred sources.

    Returns:
        The order and the credits.
    """
    return canonical.lead_stories(story_documents(texts, story, lengths, words), settings)


def story_documents(texts: Collection, story: Indices, lengths: Indices, words: Indices) -> StoryDocuments:
    """Return the facts by which documents lead. `lead_stories` explains the arguments.

    Args:
        texts: as in `lead_stories`.
        story: as in `lead_stories`.
        lengths: as in `lead_stories`.
        words: as in `lead_stories`.
    """
    columns = texts.members.columns
    return StoryDocuments(
        columns.home, columns.names, texts.credits, texts.urls, texts.times, texts.by_id, story, lengths, words
    )
