namespace UniRep.Charts

open System
open System.Globalization
open UniRep

/// The colours of charts.
[<RequireQualifiedAccess>]
module internal Palette =
    /// Colours that the colour-blind tell apart: Okabe and Ito (2008), without black and yellow, which are lost on a dark
    /// and a light page, and with grey.
    let private categories =
        [|
            "#0072B2"
            "#D55E00"
            "#009E73"
            "#CC79A7"
            "#56B4E9"
            "#E69F00"
            "#888888"
        |]

    /// The colour of a group by its number.
    let category index = categories[index % categories.Length]

    /// How often the colours have been used up before a group.
    let round index = index / categories.Length

    let private parse (colours: string) =
        colours.Split ' '
        |> Array.map (fun colour ->
            [| 0; 2; 4 |]
            |> Array.map (fun at -> Byte.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber)))

    /// Nine of the 256 colours of viridis (van der Walt and Smith 2015), evenly apart; even in lightness.
    let private viridis =
        parse "440154 472D7B 3B528B 2C728E 21918C 28AE80 5EC962 ADDC30 FDE725"

    /// ColorBrewer's RdBu in nine classes (Harrower and Brewer 2003), from blue to red.
    let private blueToRed =
        parse "2166AC 4393C3 92C5DE D1E5F0 F7F7F7 FDDBC7 F4A582 D6604D B2182B"

    /// The colour at a place from 0 to 1, red, green and blue. Neighbours in the tables are so close that mixing them
    /// in sRGB is even to the eye.
    let ramp colours (place: float) =
        let table =
            match colours with
            | Colours.Sequential -> viridis
            | Colours.Diverging -> blueToRed

        let at = Math.Clamp(place, 0.0, 1.0) * float (table.Length - 1)
        let lower = min (int at) (table.Length - 2)
        let share = at - float lower

        Array.map2
            (fun (a: byte) (b: byte) -> byte (Math.Round(float a + share * (float b - float a))))
            table[lower]
            table[lower + 1]

    /// A colour as CSS writes it.
    let hex (colour: byte[]) = "#" + Convert.ToHexString colour
