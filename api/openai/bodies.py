"""OpenAI's chat protocol as JSON, as far as it means something here; whatever else a client sends is ignored."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

MODEL = "rapporteur"
"""The one model there is, whichever language model writes."""


class Part(BaseModel):
    type: str = Field(examples=["text"])
    text: str | None = None


class ChatMessage(BaseModel):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = Field(default=None, examples=["Who banned the Koshe Party in 2020?"])

    @property
    def text(self) -> str:
        """Its text alone, without images and files."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content or () if part.type == "text" and part.text)


class StreamOptions(BaseModel):
    include_usage: bool | None = None


class ChatRequest(BaseModel):
    """The last message is the question. System messages, temperature, tools and all else are accepted and ignored."""

    model: str = Field(examples=[MODEL])
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1_000)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="1 or left out: there is one answer to a question", examples=[1])

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options and self.stream_options.include_usage)


class Usage(BaseModel):
    """In words: the tokens of a language model are its own affair, and often there is none."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class AnsweredMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str = Field(description="Markdown: verified statements with marks such as [1], then the quotes so marked")
    refusal: None = None
    annotations: list[dict[str, Any]] = Field(
        description="One for each mark: url_citation, or file_citation where the report has no address, with the whole "
        "quote beside it. start_index and end_index are the mark's place in content, in code points."
    )


class Choice(BaseModel):
    index: int = 0
    message: AnsweredMessage
    logprobs: None = None
    finish_reason: Literal["stop"] = "stop"


class ChatCompletion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Seconds since 1970")
    model: str = MODEL
    system_fingerprint: str = Field(description="Generation of the index that answered")
    choices: list[Choice]
    usage: Usage


class ListedModel(BaseModel):
    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = Field(description="When the index was built, in seconds since 1970")
    owned_by: str = MODEL


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ListedModel]


class Failure(BaseModel):
    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None
    code: str | None


class FailureBody(BaseModel):
    """What the protocol's clients expect of an error."""

    error: Failure
