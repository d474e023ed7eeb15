namespace UniRep.Testing

open Expecto
open FsCheck.FSharp

/// Tests of laws on random values.
[<AutoOpen>]
module Properties =
    let private forAll generator law = Prop.forAll (Arb.fromGen generator) law

    /// A test that a law holds for values that a generator makes.
    let testFor name generator law =
        testProperty name (forAll generator law)

    /// A test that a law holds for so many values of a generator; their size grows up to the largest.
    let testForMany count largest name generator law =
        testPropertyWithConfig
            { FsCheckConfig.defaultConfig with
                maxTest = count
                endSize = largest
            }
            name
            (forAll generator law)
