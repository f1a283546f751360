import { Module } from '@nestjs/common';
import { BitbybitModule } from '../dialects/bitbybit/bitbybit.module.js';
import { CreateApiKeyController } from './create-api-key/create-api-key.controller.js';
import { CreateApiKeyHandler } from './create-api-key/create-api-key.handler.js';
import { CreateCompanyController } from './create-company/create-company.controller.js';
import { CreateCompanyHandler } from './create-company/create-company.handler.js';
import { ImportCodesController } from './import-codes/import-codes.controller.js';
import { ImportCodesHandler } from './import-codes/import-codes.handler.js';
import { ListApiKeysController } from './list-api-keys/list-api-keys.controller.js';
import { ListApiKeysHandler } from './list-api-keys/list-api-keys.handler.js';
import { ListFlaggedController } from './list-flagged/list-flagged.controller.js';
import { ListCompanyRewardOptionsController } from './list-reward-options/list-reward-options.controller.js';
import { PutRewardOptionController } from './put-reward-option/put-reward-option.controller.js';
import { PutVoucherProviderController } from './put-voucher-provider/put-voucher-provider.controller.js';
import { PutVoucherProviderHandler } from './put-voucher-provider/put-voucher-provider.handler.js';
import { ResolveFlagsController } from './resolve-flags/resolve-flags.controller.js';
import { RevokeApiKeyController } from './revoke-api-key/revoke-api-key.controller.js';
import { RevokeApiKeyHandler } from './revoke-api-key/revoke-api-key.handler.js';

/** What only the holder of the admin key may do. Its answers are in bitbybit's manner. */
@Module({
  imports: [BitbybitModule],
  controllers: [
    CreateCompanyController,
    CreateApiKeyController,
    ListApiKeysController,
    RevokeApiKeyController,
    PutVoucherProviderController,
    ImportCodesController,
    ListFlaggedController,
    ResolveFlagsController,
    PutRewardOptionController,
    ListCompanyRewardOptionsController,
  ],
  providers: [
    CreateCompanyHandler,
    CreateApiKeyHandler,
    ListApiKeysHandler,
    RevokeApiKeyHandler,
    PutVoucherProviderHandler,
    ImportCodesHandler,
  ],
})
export class AdminModule {}
