module UniRep.Tests.SplitMixTests

open UniRep
open UniRep.Training
open Xunit

[<Fact>]
let ``the generator gives its published numbers`` () =
    let random = SplitMix 1234567UL

    let expected =
        [
            6457827717110365317UL
            3203168211198807973UL
            9817491932198370423UL
            4593380528125082431UL
            16408922859458223821UL
        ]

    Assert.Equal<uint64 list>(expected, List.init 5 (fun _ -> random.Next()))

[<Fact>]
let ``integers below a bound are about equally likely`` () =
    let random = SplitMix 1UL
    let counts = Array.init 70_000 (fun _ -> random.Below 7) |> Array.countBy id
    Assert.Equal(7, counts.Length)

    for _, count in counts do
        Assert.InRange(count, 9_600, 10_400)

[<Fact>]
let ``normal numbers have mean 0 and deviation 1`` () =
    let random = SplitMix 2UL
    let values = Array.init 100_000 (fun _ -> random.Normal())
    Assert.InRange(Array.average values, -0.02, 0.02)
    Assert.InRange(values |> Array.averageBy (fun x -> x * x), 0.97, 1.03)

[<Fact>]
let ``a shuffle keeps every item, and depends on the seed alone`` () =
    let shuffled seed =
        let items = [| 0..99 |]
        SplitMix(seed).Shuffle items
        items

    Assert.Equal<int[]>(shuffled 3UL, shuffled 3UL)
    Assert.NotEqual<int[]>(shuffled 3UL, shuffled 4UL)
    Assert.Equal<int[]>([| 0..99 |], Array.sort (shuffled 3UL))

[<Fact>]
let ``streams of one seed differ`` () =
    let seeds = List.init 1000 (Seed.derive 42UL)
    Assert.Equal(1000, (List.distinct seeds).Length)
