namespace UniRep

[<TypeFormatterSource(typeof<DisplaySource>); StructuredFormatDisplay("{Summary}")>]
type Rep =
    {
        Average: float32[]
        Final: float32[]
        Cell: float32[]
    }

    member this.Summary =
        $"Rep of {this.Average.Length} units: average {Display.firstValues this.Average}"

    override this.ToString() = this.Summary

    member this.ToHtml() =
        let row name (vector: float32[]) =
            [
                name
                Display.number (float (Array.min vector))
                Display.number (Seq.averageBy float vector)
                Display.number (float (Array.max vector))
                Display.firstValues vector
            ]

        Display.table
            $"Representation, {this.Average.Length} units"
            [ "vector"; "least"; "mean"; "greatest"; "first values" ]
            [ row "average" this.Average; row "final" this.Final; row "cell" this.Cell ]

    interface IDisplay with
        member this.Summary = this.Summary
        member this.ToHtml() = this.ToHtml()

[<RequireQualifiedAccess>]
module Rep =
    let fusion rep =
        Array.concat [ rep.Average; rep.Final; rep.Cell ]
