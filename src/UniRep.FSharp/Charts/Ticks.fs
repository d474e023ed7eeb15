namespace UniRep.Charts

open System
open System.Globalization

/// The values between the two ends of an axis.
type internal Range =
    {
        Scale: Scale
        Low: float
        High: float
    }

    /// Where a value lies: 0 at the low end, 1 at the high end.
    member this.Place(value: float) =
        match this.Scale with
        | Linear -> (value - this.Low) / (this.High - this.Low)
        | Logarithmic -> log (value / this.Low) / log (this.High / this.Low)

/// Chooses ranges of axes, and the values that are marked on them.
[<RequireQualifiedAccess>]
module internal Ticks =
    /// The range of the finite values with a margin at both ends; of none, from 0 to 1 or from 1 to 10.
    let range (axis: Axis) margin (values: float seq) =
        let finite = values |> Seq.filter Double.IsFinite |> Array.ofSeq

        if axis.Scale = Logarithmic && Array.exists (fun value -> value <= 0.0) finite then
            raise (
                ArgumentException
                    $"'{axis.Title}' is a logarithmic axis: {Array.min finite} cannot be shown, every value must be positive"
            )

        let low, high =
            match axis.Scale with
            | _ when finite.Length > 0 -> Array.min finite, Array.max finite
            | Linear -> 0.0, 1.0
            | Logarithmic -> 1.0, 10.0

        match axis.Scale with
        | Linear ->
            let reach =
                if high > low then
                    margin * (high - low)
                else
                    max 0.5 (abs low / 10.0)

            {
                Scale = Linear
                Low = low - reach
                High = high + reach
            }
        | Logarithmic ->
            let reach = if high > low then (high / low) ** margin else 2.0

            {
                Scale = Logarithmic
                Low = low / reach
                High = high * reach
            }

    let private text (decimals: int) (value: float) =
        // Adding zero turns -0 into 0.
        let value = Math.Round(value, min 15 decimals) + 0.0

        let plain =
            if abs value >= 1e7 then
                value.ToString("0.##E+0", CultureInfo.InvariantCulture)
            elif abs value >= 1e4 then
                value.ToString("N0", CultureInfo.InvariantCulture)
            elif decimals > 6 then
                value.ToString("0.##E+0", CultureInfo.InvariantCulture)
            else
                value.ToString($"F{decimals}", CultureInfo.InvariantCulture)

        plain.Replace('-', '−')

    /// How many places lie between two that are named, if every place needs some room: 1, 2, 5, 10, 20, …
    let every (room: float) (step: float) =
        Seq.initInfinite (fun power -> [ 1; 2; 5 ] |> List.map (fun digit -> digit * pown 10 power))
        |> Seq.concat
        |> Seq.find (fun every -> float every * step >= room || every > 1_000_000)

    /// A step of 1, 2 or 5 times a power of ten that parts a length into at most so many; and its decimals.
    let private step length parts =
        let rough = length / float parts
        let power = floor (log10 rough)

        let factor =
            [ 1.0; 2.0; 5.0; 10.0 ]
            |> List.find (fun factor -> factor * 10.0 ** power >= rough * 0.999)

        factor * 10.0 ** power, max 0 -(int power + (if factor = 10.0 then 1 else 0))

    let private linear parts low high =
        let step, decimals = step (high - low) parts
        let first, last = ceil (low / step - 1e-9), floor (high / step + 1e-9)
        [ for count in first..last -> count * step, text decimals (count * step) ]

    let private number (value: float) =
        value.ToString("#,0.###", CultureInfo.InvariantCulture)

    let private powerOfTen (power: int) =
        if power >= -3 && power <= 5 then
            number (10.0 ** float power)
        else
            let raised (digit: char) =
                if digit = '-' then
                    '⁻'
                else
                    "⁰¹²³⁴⁵⁶⁷⁸⁹"[int digit - int '0']

            "10" + String.map raised (string power)

    /// Nice values within a range and how they are written, ascending, at most about so many.
    let along parts (range: Range) =
        match range.Scale with
        | Linear -> linear parts range.Low range.High
        | Logarithmic ->
            let first = int (ceil (log10 range.Low - 1e-9))
            let last = int (floor (log10 range.High + 1e-9))

            let between = [ for power in first - 1 .. last -> 10.0 ** float power ]

            let isWithin (value, _) =
                value >= range.Low * 0.999 && value <= range.High * 1.001

            if last - first < 1 && range.High / range.Low < 5.0 then
                linear parts range.Low range.High |> List.filter (fun (value, _) -> value > 0.0)
            elif last - first < 2 then
                [
                    for power in between do
                        for digit in [ 1.0; 2.0; 5.0 ] -> digit * power, number (digit * power)
                ]
                |> List.filter isWithin
            else
                let every = max 1 (int (ceil (float (last - first + 1) / float parts)))
                [ for power in first..every..last -> 10.0 ** float power, powerOfTen power ]
