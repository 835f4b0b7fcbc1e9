from wingbeat import Validated


def wrong(form: Validated[int]) -> None:
    if not form.ok:
        form.errors["x"].upper()  # wrong
        form.message.wrong()  # wrong
        return
    form.value.upper()  # wrong
    form.values()  # wrong
    form.value = 3  # wrong
    form.ok = False  # wrong


def unasked(form: Validated[int]) -> int:
    return form.value  # wrong to mypy
