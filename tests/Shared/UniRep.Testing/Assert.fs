namespace UniRep.Testing

open System
open Expecto

/// Expecto's assertions, the expected value first and without a message: the name of a test and the line of a failure say what
/// was checked. Where that is not enough, use Expecto's own with a message.
[<RequireQualifiedAccess>]
module Assert =
    /// Checks that two values are equal; NaN equals NaN.
    let inline equal expected actual =
        if not (LanguagePrimitives.GenericEqualityER expected actual) then
            Expect.equal actual expected ""

    let inline notEqual unexpected actual = Expect.notEqual actual unexpected ""

    let inline isTrue condition = Expect.isTrue condition ""
    let inline isFalse condition = Expect.isFalse condition ""

    /// Checks that a number differs from another by a tolerance at most.
    let inline isWithin (tolerance: float) (expected: float) actual =
        Expect.floatClose { absolute = tolerance; relative = 0.0 } actual expected ""

    /// Checks that a value is between two others, or one of them.
    let inline isBetween lowest highest actual =
        Expect.isGreaterThanOrEqual actual lowest ""
        Expect.isLessThanOrEqual actual highest ""

    /// Checks that a text has a part.
    let inline contains (part: string) (text: string) = Expect.stringContains text part ""

    /// Checks that a text lacks a part.
    let inline doesNotContain (part: string) (text: string) =
        Expect.isFalse (text.Contains(part, StringComparison.Ordinal)) $"'{part}' is in '{text}'"

    let inline startsWith (start: string) (text: string) = Expect.stringStarts text start ""
    let inline endsWith (ending: string) (text: string) = Expect.stringEnds text ending ""

    /// Checks that a text has a part that fits a regular expression.
    let inline matches (pattern: string) (text: string) = Expect.isMatch text pattern ""

    /// Checks that no part of a text fits a regular expression.
    let inline doesNotMatch (pattern: string) (text: string) = Expect.isNotMatch text pattern ""

    /// Checks that a sequence has an item.
    let inline has item items = Expect.contains items item ""

    /// Checks that a sequence is empty; a failure shows what is in it.
    let isEmpty (items: 'item seq) =
        if not (Seq.isEmpty items) then
            failtest $"not empty: %A{List.ofSeq items}"

    let inline isNotEmpty items = Expect.isNonEmpty items ""

    /// Checks that a sequence has one item, and gives it.
    let single items =
        Expect.hasLength items 1 ""
        Seq.head items

    /// Checks that an action raises an exception of a type, and gives it.
    let throws<'e when 'e :> exn> action =
        try
            action ()
            None
        with :? 'e as error ->
            Some error
        |> function
            | Some error -> error
            | None -> failtest $"no {typeof<'e>.Name} was raised"
