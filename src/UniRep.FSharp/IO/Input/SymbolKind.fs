namespace UniRep.IO

open System
open System.Text
open UniRep

[<RequireQualifiedAccess>]
type SymbolKind =
    | Lookalike of letter: char
    | Nul
    | ByteOrderMark
    | HeaderMark
    | Stop
    | Gap
    | Comma
    | Digit
    | LowerCase
    | Unknown
    | Foreign
    | Other

[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module SymbolKind =
    let ofRune (symbol: Rune) =
        match symbol.Value, Symbol.lookalike symbol with
        | _, Some letter -> SymbolKind.Lookalike letter
        | 0, _ -> SymbolKind.Nul
        | 0xFEFF, _ -> SymbolKind.ByteOrderMark
        | code, _ when code >= 128 && not (Rune.IsLetter symbol) || code > 0xFFFF ->
            SymbolKind.Foreign
        | code, _ ->
            match char code with
            | '>' -> SymbolKind.HeaderMark
            | '*' -> SymbolKind.Stop
            | '-'
            | '.' -> SymbolKind.Gap
            | ',' -> SymbolKind.Comma
            | '?' -> SymbolKind.Unknown
            | symbol when Char.IsAsciiDigit symbol -> SymbolKind.Digit
            | symbol when Char.IsAsciiLetterLower symbol -> SymbolKind.LowerCase
            | _ when Rune.IsLetter symbol -> SymbolKind.Unknown
            | _ -> SymbolKind.Other
