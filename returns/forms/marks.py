"""How fields are marked for their readers."""

from django.forms import BoundField


def unmarked(bound: BoundField) -> BoundField:
    """Return a field shown without the word "optional".

    Some fields are needed only together with others, and the form says so itself; marking each as
    optional would mislead. The browser is not told that they are required.
    """
    bound.form.use_required_attribute = False
    bound.field.required = True
    return bound
