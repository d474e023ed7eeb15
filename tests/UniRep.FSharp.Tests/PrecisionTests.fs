module UniRep.Tests.PrecisionTests

open UniRep
open UniRep.IO
open UniRep.Compute
open Expecto
open UniRep.Testing

/// Proteins of E. coli, short so that the test takes seconds. States of 127 levels gave them cosines from 0.9968 to
/// 0.9993, 0.9991 in the median.
let private proteins =
    [
        "MQDLSLEARLAELESRLAFQEITIEELNVTVTAHEMEMAKLRDHLRLLTEKLKASQPSNIASQAEETPPPHY"
        "MKRKIIVACGGAVATSTMAAEEIKELCQNHNIPVELIQCRVNEIETYMDGVHLICTTAKVDRSFGDIPLVHGMPFISGIGIEALQNKILTILQG"
        "MKIFQRYNPLQVAKYVKILFRGRLYIKDVGAFEFDKGKILIPKVKDKLHLSVMSEVNRQVMRLQTEMA"
        "MENNEIQSVLMNALSLQEVHVSGDGSHFQVIAVGELFDGMSRVKKQQTVYGPLMEYIADNRIHAVSIKAYTPAEWARDRKLNGF"
        "MFALVLFVCYLDGGCEDIVVDVYNTEQQCLYSMSDQRIRQGGCFPIEDFIDGFWRPAQEYGDF"
    ]
    |> List.map Golden.parse

let private finals precision path =
    use model =
        TestModels.load (Cpu.backend (EngineOptions(Precision = precision))) path

    Model.representMany model proteins |> Seq.map _.Final |> Array.ofSeq

let private cosine (x: float32[]) (y: float32[]) =
    let dot (x: float32[]) (y: float32[]) =
        Array.fold2 (fun sum a b -> sum + float a * float b) 0.0 x y

    dot x y / sqrt (dot x x * dot y y)

[<Tests>]
let tests =
    testList
        "PrecisionTests"
        [
            testCase "final vectors of the 1900-unit model in int8 keep their directions"
            <| fun () ->
                let path = TestFiles.sharedPath "weights/paper-1900"

                let cosines =
                    Array.map2 cosine (finals Precision.Exact path) (finals Precision.Int8 path)

                // One protein's error is a matter of chance within a factor of three; the median of five holds.
                Assert.isBetween 0.9994 1.0 ((Array.sort cosines)[2])

                for cosine in cosines do
                    Assert.isBetween 0.998 1.0 cosine
        ]
