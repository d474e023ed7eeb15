module UniRep.Tests.TickTests

open FsCheck.FSharp
open UniRep.Charts
open Expecto
open UniRep.Testing

let private parts = 7

/// Ranges of all sizes and places.
let private linear =
    gen {
        let! power = Gen.choose (-12, 12)
        let! low = Gen.choose (-100_000, 100_000)
        let! length = Gen.choose (1, 100_000)
        let unit = 10.0 ** float power

        return
            {
                Scale = Scale.Linear
                Low = float low * unit
                High = float (low + length) * unit
            }
    }

let private logarithmic =
    gen {
        let! power = Gen.choose (-60, 60)
        let! length = Gen.choose (1, 200)
        let low = 10.0 ** (float power / 7.0)

        return
            {
                Scale = Scale.Logarithmic
                Low = low
                High = low * 10.0 ** (float length / 10.0)
            }
    }

let private isAscending (ticks: (float * string) list) =
    ticks |> List.pairwise |> List.forall (fun ((a, _), (b, _)) -> a < b)

let private isInside (extent: Extent) ticks =
    ticks
    |> List.forall (fun (value, _) -> value >= extent.Low && value <= extent.High)

let private areToldApart ticks =
    (ticks |> List.distinctBy snd).Length = List.length ticks

[<Tests>]
let tests =
    testList
        "TickTests"
        [
            testFor
                "ticks are inside the range, ascending, told apart, and of a number that has room"
                linear
                (fun range ->
                    let ticks = Ticks.along parts range

                    isInside range ticks
                    && isAscending ticks
                    && areToldApart ticks
                    && ticks.Length >= 2
                    && ticks.Length <= parts + 1)

            testFor
                "ticks are one of 1, 2 and 5 times a power of ten apart, and multiples of it"
                linear
                (fun range ->
                    let ticks = Ticks.along parts range |> List.map fst
                    let step = ticks[1] - ticks[0]
                    let factor = step / 10.0 ** floor (log10 step + 1e-6)

                    [ 1.0; 2.0; 5.0 ] |> List.exists (fun nice -> abs (factor - nice) < 1e-3)
                    && ticks
                       |> List.forall (fun tick -> abs (tick / step - round (tick / step)) < 1e-3))

            testFor
                "ticks of a logarithmic axis are inside the range, ascending and told apart"
                logarithmic
                (fun range ->
                    let ticks = Ticks.along parts range

                    isInside range ticks
                    && isAscending ticks
                    && areToldApart ticks
                    && ticks.Length >= 2)

            testTheory
                "ticks are written with the digits that they need"
                [
                    0.0, 1.0, "0.0 0.2 0.4 0.6 0.8 1.0"
                    -25.0, 30.0, "−20 −10 0 10 20 30"
                    0.0, 3.1e-7, "0 5×10⁻⁸ 1.0×10⁻⁷ 1.5×10⁻⁷ 2.0×10⁻⁷ 2.5×10⁻⁷ 3.0×10⁻⁷"
                    9_000.0, 12_500.0, "9000 9500 10,000 10,500 11,000 11,500 12,000 12,500"
                ]
            <| fun (low: float, high: float, expected: string) ->
                let ticks =
                    Ticks.along
                        parts
                        {
                            Scale = Scale.Linear
                            Low = low
                            High = high
                        }

                Assert.equal expected (ticks |> List.map snd |> String.concat " ")

            testTheory
                "logarithmic ticks are powers of ten, or 1, 2 and 5 times them in short ranges"
                [
                    1.0, 1000.0, "1 10 100 1000"
                    1e-6, 1e6, "10⁻⁶ 0.0001 0.01 1 100 10,000 10⁶"
                    3.0, 40.0, "5 10 20"
                    20.0, 30.0, "20 22 24 26 28 30"
                ]
            <| fun (low: float, high: float, expected: string) ->
                let ticks =
                    Ticks.along
                        parts
                        {
                            Scale = Scale.Logarithmic
                            Low = low
                            High = high
                        }

                Assert.equal expected (ticks |> List.map snd |> String.concat " ")

            testTheory
                "a value is told in five digits"
                [
                    0.0, "0"
                    -0.5, "−0.5"
                    1.23456789, "1.2346"
                    9.99999, "10"
                    123456.7, "123,457"
                    1.5e7, "1.5×10⁷"
                    -2.0e-9, "−2×10⁻⁹"
                ]
            <| fun (value: float, expected: string) -> Assert.equal expected (Numerals.value value)
        ]
