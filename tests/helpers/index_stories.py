"""The stories of an index as ids of documents, for tests."""


def replay(events):
    """The ids of the documents of each story after all events, by the name of the story."""
    stories: dict[str, set[str]] = {}
    for event in events:
        if event.kind == "created":
            stories[event.story] = {event.document}
        elif event.kind == "joined":
            stories[event.story].add(event.document)
        elif event.kind == "merged":
            stories[event.other] |= stories.pop(event.story)
        elif event.kind == "split":
            stories[event.story].remove(event.document)
            stories.setdefault(event.other, set()).add(event.document)
        elif event.kind == "left":
            stories[event.story].remove(event.document)
    return {story: ids for story, ids in stories.items() if ids}


def stories_of(index):
    """The ids of the documents of each story, by the name of the story."""
    return {story.story: {member.id for member in story.members} for story in index.stories()}


def leaders(events):
    """The id of the document that leads each story after all events, by the name of the story."""
    leading: dict[str, str] = {}
    for event in events:
        if event.kind in ("created", "replaced", "canonical_changed"):
            leading[event.story] = event.document
        elif event.kind == "merged":
            leading.pop(event.story)
        elif event.kind == "split":
            leading.setdefault(event.other, event.document)
    return leading
