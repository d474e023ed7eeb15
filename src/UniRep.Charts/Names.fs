namespace UniRep.Charts

open System
open UniRep

/// How names below an axis are written.
[<RequireQualifiedAccess>]
type internal Turn =
    | Flat
    | Slanted
    | Upright

/// A name of a place of an axis: where its middle is, from 0 to 1, and the lines it is written in.
type internal Name = { Place: float; Lines: string list }

/// Chooses which of the names of places of equal width are written, and how, such that none touches another.
[<RequireQualifiedAccess>]
module internal Names =
    let lineHeight = 15.0
    /// The angle of slanted names, in degrees.
    let slant = 40

    let private sine, cosine =
        sin (float slant / 180.0 * Math.PI), cos (float slant / 180.0 * Math.PI)

    let private widest texts =
        texts |> Seq.map Lettering.width |> Seq.fold max 0.0

    /// The number at the end of a name: 17 of `K17`.
    let private numberOf (name: string) =
        match Int32.TryParse(name.AsSpan(name.AsSpan().TrimEnd("0123456789").Length)) with
        | true, number -> Some number
        | _ -> None

    /// The numbers of names that count upwards by one.
    let private numbered (names: string[]) =
        let numbers = names |> Array.choose numberOf

        if
            numbers.Length = names.Length
            && numbers |> Array.pairwise |> Array.forall (fun (a, b) -> b = a + 1)
        then
            Some numbers
        else
            None

    /// Every `every`-th name: those whose number is a multiple, or else from the first on.
    let private thinned count every (names: string[]) =
        let numbers = numbered names |> Option.defaultValue (Array.init names.Length id)

        [
            for at in 0 .. names.Length - 1 do
                if names[at] <> "" && numbers[at] % every = 0 then
                    {
                        Place = (float at + 0.5) / float count
                        Lines = [ names[at] ]
                    }
        ]

    let private cut longest (names: Name list) =
        names
        |> List.map (fun name ->
            { name with
                Lines = List.map (Lettering.shorten longest) name.Lines
            })

    /// The names of so many places below an axis of a length in pixels.
    let across length count (names: string[]) =
        let step = length / float (max 1 count)
        let widest = widest names
        let gap = if widest < 13.0 then 2.0 else 8.0

        let fitsInTwo name =
            let lines = Lettering.wrap (step - 8.0) name

            lines.Length <= 2
            && lines |> List.forall (fun line -> Lettering.width line <= step - 8.0)

        if widest + gap <= step then
            Turn.Flat, thinned count 1 names
        elif Array.forall fitsInTwo names then
            Turn.Flat,
            thinned count 1 names
            |> List.map (fun name ->
                { name with
                    Lines = List.collect (Lettering.wrap (step - 8.0)) name.Lines
                })
        elif (numbered names).IsSome || widest < 30.0 then
            Turn.Flat, thinned count (Ticks.every (widest + gap) step) names
        elif step >= 16.0 then
            Turn.Slanted, thinned count 1 names |> cut 180.0
        else
            Turn.Upright, thinned count (Ticks.every 13.0 step) names |> cut 120.0

    /// The names of so many places beside an axis of a length in pixels.
    let upwards longest length count names =
        thinned count (Ticks.every 13.0 (length / float (max 1 count))) names
        |> cut longest

    /// The height that names below need.
    let height (turn, names: Name list) =
        let widest = names |> Seq.collect _.Lines |> widest
        let lines = names |> Seq.map _.Lines.Length |> Seq.fold max 0

        match turn with
        | Turn.Flat -> 5.0 + lineHeight * float lines
        | Turn.Slanted -> 6.0 + sine * widest + cosine * 12.0
        | Turn.Upright -> 8.0 + widest

    /// How far names below reach to the left of an axis of a length in pixels.
    let reach length (turn, names: Name list) =
        match turn with
        | Turn.Flat
        | Turn.Upright -> 0.0
        | Turn.Slanted ->
            names
            |> Seq.map (fun name -> cosine * widest name.Lines - name.Place * length)
            |> Seq.fold max 0.0
