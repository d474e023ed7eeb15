namespace UniRep

open System
open System.Collections.Generic
open UniRep.IO

[<Sealed; TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Representation internal (rep: Rep) =
    member _.Average = ReadOnlyMemory rep.Average
    member _.Final = ReadOnlyMemory rep.Final
    member _.Cell = ReadOnlyMemory rep.Cell
    member _.ToFusion() = Rep.fusion rep
    member _.Summary = rep.Summary
    member _.ToHtml() = rep.ToHtml()
    override _.ToString() = rep.Summary

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<Sealed>]
type EmbeddedFile internal (summary: EmbeddingSummary) =
    member _.Records = summary.Input.Records
    member _.Residues = summary.Input.Residues

    member _.Warnings =
        Array.ofList (summary.Input.Warnings @ summary.Warnings) :> IReadOnlyList<string>
