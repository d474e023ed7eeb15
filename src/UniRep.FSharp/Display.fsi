namespace UniRep

open System
open System.ComponentModel
open System.IO

/// Says who shows the values of a type in a notebook. Kernels know the attribute by its name and its members, so that
/// this library need not refer to any of them.
[<Sealed; AttributeUsage(AttributeTargets.Class ||| AttributeTargets.Struct)>]
type TypeFormatterSourceAttribute =
    inherit Attribute

    /// Names the type whose `CreateTypeFormatters` makes formatters.
    new: formatterSourceType: Type -> TypeFormatterSourceAttribute

    /// Gets the type whose `CreateTypeFormatters` makes formatters.
    member FormatterSourceType: Type

    /// Gets the kinds of output that a notebook shows, the best first.
    member PreferredMimeTypes: string[]

/// A value that can show itself.
type IDisplay =
    /// Gets one line: what F# Interactive and `%A` print.
    abstract Summary: string

    /// Gives an HTML fragment: what notebooks show.
    abstract ToHtml: unit -> string

/// Writes a value that can show itself as one kind of output. Notebooks look for the members, which have to be public
/// for that; programs do not need them.
[<Sealed; EditorBrowsable(EditorBrowsableState.Never)>]
type DisplayFormatter =
    internal new: mimeType: string * text: (IDisplay -> string) -> DisplayFormatter

    /// Gets the kind of output.
    member MimeType: string

    /// Writes a value, or says that it is not one of ours.
    member Format: value: obj * writer: TextWriter -> bool

/// Makes the formatters of every type of this library that can show itself. Public for notebooks, as they are.
[<Sealed; EditorBrowsable(EditorBrowsableState.Never)>]
type DisplaySource =
    /// Makes a source.
    new: unit -> DisplaySource

    /// Makes one formatter for each kind of output.
    member CreateTypeFormatters: unit -> obj seq

/// Words and tables for values that show themselves, the same in every culture.
[<RequireQualifiedAccess>]
module internal Display =
    /// `2.8312`
    val number: value: float -> string

    /// `12,345`
    val whole: value: int64 -> string

    /// Three digits: `0.0005`, `12.3`
    val short: value: float -> string

    /// `31.2 %`
    val percent: share: float -> string

    /// `12,345 tokens`, `1 token`
    val counted: count: int -> thing: string -> string

    /// The first values of a vector, and that there are more.
    val firstValues: values: float32[] -> string

    /// A text in HTML.
    val escape: text: string -> string

    /// A table of rows of text under headers, with a caption above. Columns of numbers are set to the right.
    val table: caption: string -> headers: string list -> rows: string list list -> string

    /// A table of names and what they stand for.
    val properties: caption: string -> rows: (string * string) list -> string
