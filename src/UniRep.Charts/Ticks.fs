namespace UniRep.Charts

open System
open UniRep

/// The values between the two ends of an axis.
type internal Extent =
    {
        Scale: Scale
        Low: float
        High: float
    }

    /// Where a value lies: 0 at the low end, 1 at the high end.
    member this.Place(value: float) =
        match this.Scale with
        | Scale.Linear -> (value - this.Low) / (this.High - this.Low)
        | Scale.Logarithmic -> log (value / this.Low) / log (this.High / this.Low)

    /// The value that lies at a place.
    member this.Value(place: float) =
        match this.Scale with
        | Scale.Linear -> this.Low + place * (this.High - this.Low)
        | Scale.Logarithmic -> this.Low * exp (place * log (this.High / this.Low))

/// Chooses ranges of axes.
[<RequireQualifiedAccess>]
module internal Extent =
    /// Whether a value can be drawn: a number, and such that sums and differences of these are numbers.
    let isDrawable value =
        Double.IsFinite value && abs value <= 1e300

    /// Spreads a range that is too narrow to tell its ends apart.
    let private spread scale low high =
        match scale with
        | Scale.Linear when high - low > 1e-10 * max (abs low) (abs high) && high - low > 1e-290 ->
            low, high
        | Scale.Linear ->
            let middle = low / 2.0 + high / 2.0
            let reach = if abs middle < 1e-280 then 1.0 else 0.1 * abs middle
            middle - reach, middle + reach
        | Scale.Logarithmic when high / low > 1.0 + 1e-6 -> low, high
        | Scale.Logarithmic -> low / 2.0, high * 2.0

    /// The range of the values that can be drawn; of none, from 0 to 1 or from 1 to 10.
    let exact (axis: Axis) (values: float seq) =
        let drawable = values |> Seq.filter isDrawable |> Array.ofSeq

        if
            axis.Scale = Scale.Logarithmic
            && Array.exists (fun value -> value <= 0.0) drawable
        then
            raise (
                ArgumentException
                    $"'{axis.Title}' is a logarithmic axis: {Numerals.value (Array.min drawable)} cannot be shown, every value must be positive"
            )

        let low, high =
            match axis.Scale with
            | _ when drawable.Length > 0 ->
                spread axis.Scale (Array.min drawable) (Array.max drawable)
            | Scale.Linear -> 0.0, 1.0
            | Scale.Logarithmic -> 1.0, 10.0

        {
            Scale = axis.Scale
            Low = low
            High = high
        }

    /// Adds a share of the range at either end.
    let widen below above (extent: Extent) =
        { extent with
            Low = extent.Value -below
            High = extent.Value(1.0 + above)
        }

    /// The range of some values with a margin at both ends.
    let around axis margin values =
        exact axis values |> widen margin margin

/// Chooses the values that are marked on an axis.
[<RequireQualifiedAccess>]
module internal Ticks =
    /// How many places there are between two that are named, if every place needs some room: 1, 2, 5, 10, 20, …
    let every (room: float) (step: float) =
        Seq.initInfinite (fun power -> [ 1; 2; 5 ] |> List.map (fun digit -> digit * pown 10 power))
        |> Seq.concat
        |> Seq.find (fun every -> float every * step >= room || every > 1_000_000)

    /// `count` times 1, 2 or 5 times a power of ten, rounded once: 3 · 0.1 is 0.3.
    let private multiple (factor: float) power (count: float) =
        if power >= 0 then
            count * factor * 10.0 ** float power
        else
            count * factor / 10.0 ** float -power

    let private linear parts low high =
        let rough = (high - low) / float (max 1 parts)
        let power = int (floor (log10 rough))

        let factor, power =
            match
                List.tryFind
                    (fun factor -> multiple factor power 1.0 >= rough * 0.999)
                    [ 1.0; 2.0; 5.0 ]
            with
            | Some factor -> factor, power
            | None -> 1.0, power + 1

        let step = multiple factor power 1.0
        let first, last = Math.Round(low / step) - 1.0, Math.Round(high / step) + 1.0

        [
            for count in first..last do
                let value = multiple factor power count + 0.0

                if value >= low && value <= high then
                    value, Numerals.tick power (max (abs low) (abs high)) value
        ]

    let private powerOfTen power =
        if abs power > 4 then
            Numerals.powerOfTen power
        else
            Numerals.tick (min 0 power) 1.0 (multiple 1.0 power 1.0)

    /// Some digits times powers of ten.
    let private powers low high digits =
        [
            for power in int (floor (log10 low)) .. int (ceil (log10 high)) do
                for digit in digits do
                    let value = multiple digit power 1.0

                    if value >= low && value <= high then
                        value,
                        (if digit = 1.0 then
                             powerOfTen power
                         else
                             Numerals.value value)
        ]

    let private logarithmic parts low high =
        let tens = powers low high [ 1.0 ]

        if tens.Length > parts then
            let every = (tens.Length + parts - 1) / parts

            tens
            |> List.indexed
            |> List.filter (fun (at, _) -> at % every = 0)
            |> List.map snd
        elif tens.Length >= 3 then
            tens
        else
            let more = powers low high [ 1.0; 2.0; 5.0 ]
            if more.Length >= 3 then more else linear parts low high

    /// Nice values within a range and how they are written, ascending, at most about so many.
    let along parts (extent: Extent) =
        match extent.Scale with
        | Scale.Linear -> linear parts extent.Low extent.High
        | Scale.Logarithmic -> logarithmic parts extent.Low extent.High
