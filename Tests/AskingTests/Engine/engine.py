"""OPA's own parser, compiler and evaluator, out of its shared library."""
import ctypes
import json
import re


class Complaint(Exception):
    """An error of OPA, in the shape of its error documents."""

    def __init__(self, code, errors):
        super().__init__(code)
        self.code = code
        self.errors = errors


class Engine:
    """A set of modules that compiled together."""

    def __init__(self, library, modules):
        """modules: name -> text. Raises Complaint where they do not compile."""
        self.library = ctypes.CDLL(library)
        handle, text = ctypes.c_uint64, ctypes.c_char_p
        self.library.OpaNew.restype = handle
        self.library.OpaDestroy.argtypes, self.library.OpaDestroy.restype = [handle], None
        self.library.OpaFreeString.argtypes, self.library.OpaFreeString.restype = [ctypes.c_void_p], None
        self.library.OpaAddPolicy.argtypes = [handle, text, text]
        self.library.OpaEvalQuery.argtypes = [handle, text, text, ctypes.c_int, ctypes.c_int]
        for function in (self.library.OpaAddPolicy, self.library.OpaEvalQuery):
            function.restype = ctypes.c_void_p
        self.handle = self.library.OpaNew()
        for name, source in modules.items():
            self._call("compile", self.library.OpaAddPolicy, name.encode(), source.encode())
        # What is no syntax error shows with the first query only.
        self._call("compile", self.library.OpaEvalQuery, b"true", b"", 0, 0)

    def close(self):
        self.library.OpaDestroy(self.handle)

    def rows(self, query, document):
        """The rows of the query's result; document is the input's JSON, or None for no input."""
        raw = b"" if document is None else document.encode()
        return self._call("evaluate", self.library.OpaEvalQuery, query.encode(), raw, 0, 0).get("result") or []

    def _call(self, phase, function, *arguments):
        pointer = function(self.handle, *arguments)
        try:
            answer = json.loads(ctypes.string_at(pointer))
        finally:
            self.library.OpaFreeString(pointer)
        if answer.get("error"):
            raise Complaint(phase, _errors(answer["error"]))
        return answer


def _errors(error):
    """The library's one text, taken apart into OPA's list."""
    found = re.finditer(r"(?m)^(?:.*?: )??([^\s:]+):(\d+): (\w+_error): (.*)$", error["message"])
    errors = [{"code": match[3], "message": match[4].strip(),
               "location": {"file": match[1], "row": int(match[2]), "col": 1}} for match in found]
    return errors or [{"code": error["code"], "message": error["message"]}]
